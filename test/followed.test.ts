/** The README's two lists of files, held against what one event and one click really run. */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { type Profiler, Session } from "node:inspector/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createDriver } from "../fakes/slack/driver.ts";
import { type FakeSlack, startFakeSlack } from "../fakes/slack/server.ts";
import { startHoldpoint } from "../src/main.ts";
import { createTelemetry } from "../src/telemetry.ts";
import { pointAt } from "./aws/stage.ts";
import { type Stage, setStage } from "./fakes/aws/stage.ts";
import { readImports } from "./imports.ts";
import { channel, configOf, eventsKey } from "./in-process.ts";
import { until } from "./journeys/until.ts";

const root = join(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const imports = readImports(root, ["src"]);

/** File -> the functions of it that ran. */
type Traced = ReadonlyMap<string, readonly string[]>;
let event: Traced;
let click: Traced;

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  vi.unstubAllEnvs();
  for (const close of closing.toReversed()) await close();
});

beforeAll(async () => {
  const stage = await setStage();
  const slack = await startFakeSlack();
  const dataDir = await mkdtemp(join(tmpdir(), "holdpoint-followed-"));
  closing.push(
    () => rm(dataDir, { recursive: true, force: true }),
    () => slack.close(),
    () => stage.close(),
  );
  pointAt(stage.aws.url);
  const url = await start(slack, dataDir);
  const trace = await startTracing();
  event = await trace(() => tell(stage, slack, url));
  click = await trace(() => press(stage, slack, url));
}, 60_000);

async function start(slack: FakeSlack, dataDir: string): Promise<string> {
  const telemetry = createTelemetry({ level: "error", write: () => {} });
  const holdpoint = await startHoldpoint(configOf(slack, dataDir), telemetry);
  closing.push(() => holdpoint.stop());
  const url = `http://127.0.0.1:${holdpoint.port}`;
  await until("it is ready", async () => (await fetch(`${url}/readyz`)).ok);
  return url;
}

const cardOf = ({ workspace }: FakeSlack) =>
  workspace.timeline(channel).find(({ blocks }) => JSON.stringify(blocks).includes("Continue"));

/** The event that a deployment waits, until its card stands. */
async function tell(stage: Stage, slack: FakeSlack, url: string): Promise<void> {
  const events: unknown[] = [];
  stage.ecs.events.onEvent((one) => void events.push(one));
  stage.deploy({ strategy: "BLUE_GREEN", pauses: [{ stage: "POST_SCALE_UP" }] });
  stage.clock.advance(120_000);
  const headers = { "x-holdpoint-key": eventsKey };
  await fetch(`${url}/aws/events`, { method: "POST", headers, body: JSON.stringify(events.at(-1)) });
  await slack.waitFor(() => cardOf(slack), { timeoutMs: 15_000 });
}

/** The click on Continue, until AWS was called. What follows it is another look. */
async function press(stage: Stage, slack: FakeSlack, url: string): Promise<void> {
  const card = cardOf(slack);
  const [person] = slack.workspace.people();
  if (card === undefined || person === undefined) throw new Error("there is no card, or nobody to press");
  const bot = { kind: "http", url: `${url}/slack/events`, signingSecret: slack.signingSecret } as const;
  await createDriver({ slack, bot }).click(person.id, { channel, ts: card.ts }, "Continue");
  await stage.aws.calls.waitFor({ operation: "ContinueServiceDeployment" }, 1, 15_000);
}

/** What of `src` V8 runs while something is under way. */
async function startTracing(): Promise<(walk: () => Promise<void>) => Promise<Traced>> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  closing.push(async () => {
    await session.post("Profiler.stopPreciseCoverage");
    session.disconnect();
  });
  return async (walk) => {
    await session.post("Profiler.takePreciseCoverage");
    await walk();
    return ranIn((await session.post("Profiler.takePreciseCoverage")).result);
  };
}

function ranIn(scripts: readonly Profiler.ScriptCoverage[]): Traced {
  return new Map(
    scripts.flatMap(({ url, functions }) => {
      const file = relative(root, url.startsWith("file:") ? fileURLToPath(url) : url);
      const ran = functions
        .filter(({ ranges }) => ranges.some(({ count }) => count > 0))
        .map(({ functionName }) => functionName);
      return file.startsWith("src/") && ran.length > 0 ? [[file, ran]] : [];
    }),
  );
}

/** A Lua script runs behind the function of the store that has its name. */
function ran(traced: Traced, file: string): boolean {
  const script = /^src\/store\/lua\/.+\/(.+)\.lua$/.exec(file)?.[1];
  if (script === undefined) return traced.has(file);
  return [...traced].some(([one, functions]) => one.startsWith("src/store/") && functions.includes(script));
}

function listed(title: string): readonly string[] {
  const section = new RegExp(`^## ${title}\\n(.*?)^## `, "ms").exec(readme)?.[1] ?? "";
  return [...section.matchAll(/\]\((src\/[^)]+)\)/g)].map(([, file = ""]) => file);
}

describe.each([
  {
    title: "Follow one event",
    traced: () => event,
    otherWays: ["src/aws/events/sqs.ts"],
    beside: ["src/handlers/jobs/sweep.ts", "src/handlers/names/"],
  },
  {
    title: "Follow one click",
    traced: () => click,
    otherWays: [],
    beside: ["src/handlers/jobs/", "src/handlers/announce/"],
  },
])("$title", ({ title, traced, otherWays, beside }) => {
  it("lists files that run", () => {
    const files = listed(title);
    expect(files.length).toBeGreaterThan(4);
    expect(files.filter((file) => !ran(traced(), file))).toEqual(otherWays);
  });

  // `beside` runs in the background of any event or click.
  it("lists all that decides: what else runs in src/handlers is imported by what is listed", () => {
    const below = new Set<string>();
    const visit = (file: string): void => {
      if (below.has(file)) return;
      below.add(file);
      for (const target of imports.get(file) ?? []) visit(target);
    };
    for (const file of listed(title)) visit(file);
    const decides = [...traced().keys()].filter((file) => file.startsWith("src/handlers/"));
    expect(decides.length).toBeGreaterThan(10);
    const others = decides.filter((file) => !below.has(file));
    expect(others.filter((file) => !beside.some((start) => file.startsWith(start)))).toEqual([]);
  });
});
