/** Everything that is said about one picture, and what is wrong with it. */

import { drawCard } from "../../../../src/bot/card/card.ts";
import type { LogEntry } from "../../../../src/bot/card/parts/picture.ts";
import { drawShow } from "../../../../src/bot/card/private/command.ts";
import { drawList } from "../../../../src/bot/card/private/list.ts";
import { tellOutcome } from "../../../../src/bot/card/private/private.ts";
import { drawIncident } from "../../../../src/bot/card/thread/incident.ts";
import { drawThread } from "../../../../src/bot/card/thread/thread.ts";
import { announcementsOf } from "../../../../src/handlers/announce/announce.ts";
import { activeEntry } from "../../../../src/handlers/jobs/active.ts";
import { standingOf } from "../../../../src/handlers/standing.ts";
import { noon } from "../pictures.ts";
import { wordsOf } from "../reading.ts";
import { causeWords, expected, sentences } from "./expected.ts";
import { type Combination, decisionIn, pictureIn, trouble } from "./walk.ts";

export interface Surfaces {
  readonly card: string;
  readonly fallback: string;
  readonly show: string;
  readonly list: string;
  readonly thread: string;
  /** How it tells that what was asked for came about. */
  readonly timeline: string;
  readonly incident: string;
  readonly private: string;
  readonly announcement: string;
}

export function surfacesOf(one: Combination, picture = pictureIn(one)): Surfaces {
  const { key, deployment, view, route, accountName } = picture;
  const card = drawCard(picture);
  const incident = drawIncident(picture);
  const decision = decisionIn(one);
  const remark = { k: "remark", at: noon, remark: trouble } as const;
  const claimed: LogEntry = {
    ...{ id: "end", by: "U1", at: noon, att: 1, others: "" },
    k: "claimed",
    action: "rollback",
  };
  const told = announcementsOf({
    ...{ key, deployment, decisions: view.decisions, from: 0, entries: [claimed] },
    standing: standingOf(picture),
  });
  const confirmed: LogEntry = {
    ...{ id: "end", by: "U1", at: noon, att: 1, asked: "" },
    k: "confirmed",
    action: "rollback",
  };
  const entry = activeEntry({ key, deployment, view, route, accountName });
  return {
    card: wordsOf({ ...card, text: "" }),
    fallback: card.text,
    show: wordsOf({ ...drawShow(picture), text: "" }),
    // An ended entry gets a line only where something is offered.
    list: wordsOf(
      drawList(
        [entry.state === "ended" ? { ...entry, offered: { action: "revert", until: noon } } : entry],
        noon,
      ),
    ),
    thread: one.incident ? drawThread(picture, [{ seq: 1, entry: remark }]).text : "",
    timeline:
      one.what === "ending" && one.course === "confirmed"
        ? wordsOf(drawThread(picture, [{ seq: 1, entry: confirmed }]))
        : "",
    incident: incident === undefined ? "" : `${incident.loudness}\n${wordsOf(incident)}`,
    private:
      decision === undefined || one.course === "reopened"
        ? ""
        : wordsOf(
            tellOutcome(
              { kind: "decided", winner: { ...decision, by: ["U2"] }, mine: false, deployment },
              { action: "continue", user: "U1" },
            ),
          ),
    announcement: JSON.stringify(told[0]?.announcement),
  };
}

const settled: Readonly<Record<string, RegExp>> = {
  confirmed: / confirmed it\./,
  unclear: /It is not known whether/,
  refused: / rejected it\./,
  superseded: /It ended differently/,
  expired: /It ended differently/,
};

/** Where a surface says something else than this combination is. */
export function problemsIn(one: Combination, said: Surfaces): readonly string[] {
  const { state, cause, title } = expected(one);
  const isTitled = (text: string): boolean => text.includes(`${title}: checkout-api in prod`);
  const [emoji = "", ...words] = title.split(" ");
  const listed = new RegExp(`^${emoji} \`checkout-api\` in prod`, "m").test(said.list);
  const isEnded = ["succeeded", "rolled-back", "stopped", "failed"].includes(one.phase);
  const matching = Object.keys(sentences).filter((name) => sentences[name]?.test(said.fallback));
  const isHandedOver = one.related === "rolled-back-by";
  const wrong = (isWrong: boolean, what: string): readonly string[] => (isWrong ? [what] : []);
  return [
    ...wrong(!isTitled(said.card), "card: another state"),
    ...wrong(!isTitled(said.show), "show: another state"),
    ...wrong(!listed || (!isEnded && !said.list.includes(words.join(" "))), "list: another state"),
    ...wrong(!matching.includes(state), "fallback: another state"),
    ...wrong(
      matching.some((name) => name !== state && !(state === "failing" && name === "rolling-back")),
      "fallback: two states",
    ),
    ...wrong(cause !== undefined && !causeWords[cause].test(said.card), "card: another cause"),
    ...wrong(!said.announcement.includes(`"standing":{"state":"${state}"`), "announcement: another state"),
    ...wrong(
      cause !== undefined && !said.announcement.includes(`"cause":"${cause}"`),
      "announcement: another cause",
    ),
    ...wrong(
      !(
        isHandedOver && one.what === "ending" && one.course === "confirmed"
          ? / started a rollback\./
          : (settled[one.course] ?? / has not confirmed yet/)
      ).test(said.private) && said.private !== "",
      "private: another result",
    ),
    ...(isHandedOver && one.what !== "forward" ? doneTooEarly(said) : []),
    ...goodSigns(one, said),
    ...calmness(one, said),
  ];
}

/** What another deployment rolls back has only begun to go back. */
function doneTooEarly(said: Surfaces): readonly string[] {
  return Object.entries(said)
    .filter(([, text]) => /(?<!not )confirmed|✅|[Rr]olled back|"rolled-back"/.test(text))
    .map(([surface]) => `${surface}: a rollback that has only begun told as done`);
}

/** A good sign stands only on what was read. */
function goodSigns(
  { read, serving, phase, hold, what, course }: Combination,
  said: Surfaces,
): readonly string[] {
  // What the thread says of the past stays true.
  const all = Object.entries(said).filter(([surface]) => surface !== "timeline");
  const isUnknown = serving === "unknown" || serving === "none";
  const isEnded = ["succeeded", "rolled-back", "stopped", "failed"].includes(phase);
  const mayWait = read === "stale" || (hold === "open" && what !== "forward" && course === "none");
  return all.flatMap(([surface, text]) => [
    ...(read !== "none" && phase !== "succeeded" && /✅/.test(text)
      ? [`${surface}: a tick on what was not read`]
      : []),
    ...(mayWait && /No answer is needed/.test(text) ? [`${surface}: nobody needed, unread`] : []),
    ...(isEnded && isUnknown && /(?<![Nn]othing |[Ww]hat )serves (?:now|again)|version serves/.test(text)
      ? [`${surface}: serves, unread`]
      : []),
    ...(phase === "succeeded" && serving !== "new" && /✅(?! ECS watches)/.test(text)
      ? [`${surface}: a tick on a success that was not read to serve`]
      : []),
    ...(surface !== "card" &&
    surface !== "show" &&
    isEnded &&
    (isUnknown || serving === "mixed") &&
    /incident of .* is over|\*Over/.test(text)
      ? [`${surface}: over, unread`]
      : []),
    ...(read === "stale" && surface === "card" && !/could not be read since/.test(text)
      ? ["card: not said to be stale"]
      : []),
  ]);
}

/** A bad end is never told more calmly than a good one. */
function calmness(one: Combination, said: Surfaces): readonly string[] {
  const { state, title } = expected(one);
  const isWorst =
    state === "failed" || (state === "not-known" && one.read === "vanished") || title.startsWith("🚨 ");
  const isWell = state === "done" || state === "rolled-back";
  const proven = one.serving === "new" || one.serving === "previous";
  const isEnded = ["succeeded", "rolled-back", "stopped", "failed"].includes(one.phase);
  if (said.incident !== "" && isEnded) {
    const loudness = said.incident.split("\n")[0];
    if (isWorst && loudness !== "alarm") return ["incident: a bad end told calmly"];
    if (isWorst && !/🚨[\s\S]*<!subteam\^S0123ONCALL>|<!subteam\^S0123ONCALL>[\s\S]*🚨/.test(said.incident))
      return ["incident: nobody called"];
    if (isWorst && said.thread !== "" && / is over/.test(said.thread))
      return ["thread: a bad end told as over"];
    if (isWell && !proven && loudness === "calm") return ["incident: calm, unread"];
    if (isWell && proven && loudness !== "calm") return ["incident: a good end told loudly"];
  }
  if (isEnded && isWorst && one.incident && said.incident === "")
    return ["incident: nothing said of a bad end"];
  if (one.incident && isEnded && isWorst && !/not known|Nothing serves|failed/i.test(said.thread))
    return ["thread: a bad end told calmly"];
  return [];
}
