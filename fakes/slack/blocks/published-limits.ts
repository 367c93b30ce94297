/**
 * Slack's published limits, in characters and items. Sources: the block, element and object pages of
 * docs.slack.dev/reference/block-kit, cross-checked with nicklambourne/slackblocks (spec/limits.json), which collects
 * the same numbers. Where two states of the documentation disagree, this has the smaller number.
 */
export const published = {
  message: {
    blocks: 50,
    tables: 1,
    charts: 2,
    markdownCharacters: 12_000,
    /** A longer text is truncated by chat.postMessage and rejected by chat.update. */
    postedText: 40_000,
    updatedText: 4_000,
  },
  view: {
    blocks: 100,
    title: 24,
    button: 24,
    privateMetadata: 3_000,
    callbackId: 255,
    bytes: 250_000,
    stack: 3,
  },
  id: 255,
  url: 3_000,
  text: 3_000,
  header: 150,
  field: { items: 10, characters: 2_000 },
  contextElements: 10,
  actionsElements: 25,
  button: { text: 75, value: 2_000, label: 75 },
  confirm: { title: 100, text: 300, button: 30 },
  option: { text: 75, value: 150, description: 75 },
  options: { select: 100, groups: 100, overflow: 5, choices: 10 },
  placeholder: 150,
  input: { label: 2_000, hint: 2_000, text: 3_000, files: 10 },
  image: { alt: 2_000 },
  alert: 200,
  card: { title: 150, body: 200, buttons: 3 },
  carousel: 10,
  container: { title: 150, blocks: 10 },
  contextActions: 5,
  table: { rows: 100, columns: 20 },
  dataTable: { rows: 101, columns: 20 },
  chart: { title: 50, series: 6, points: 20, label: 20, axis: 50 },
  video: { alt: 200, title: 199, author: 49, description: 200 },
} as const;
