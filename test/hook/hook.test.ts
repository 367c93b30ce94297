/**
 * The hook function as Lambda runs it: the built file alone in a folder, in a process of its own that takes one call after
 * the other, against a fake AWS.
 */

import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../fakes/aws/clock.ts";
import { createFakeCodeDeploy, type FakeCodeDeploy } from "../../fakes/aws/codedeploy.ts";
import { createFakeEventBridge, type FakeEventBridge } from "../../fakes/aws/eventbridge.ts";
import { type FakeAws, startFakeAws } from "../../fakes/aws/server.ts";
import { hookEventDetail } from "../../src/aws/codedeploy/hook-event.ts";
import { place } from "../aws/stage.ts";
import { lambda } from "../fakes/aws/codedeploy-stage.ts";

const root = join(import.meta.dirname, "../..");
const put = "PutEvents";
const report = "PutLifecycleEventHookExecutionStatus";

/**
 * Calls the handler for each line, as a warm Lambda does, and tells how that ended. `null` for the time that is left: no
 * context.
 */
const runner = `
  import { createInterface } from "node:readline";
  const { handler } = await import(process.argv[1]);
  const own = { ...process.env };
  console.error = console.log;
  for await (const line of createInterface({ input: process.stdin })) {
    const { event, leftMs, env } = JSON.parse(line);
    process.env = { ...own, ...env };
    const context = leftMs === null ? undefined : { getRemainingTimeInMillis: () => leftMs };
    const beganAt = performance.now();
    const end = await handler(event, context).then(() => "returned", (error) => "threw: " + error.message);
    console.log(JSON.stringify({ end, ms: performance.now() - beganAt }));
  }
`;

let folder: string;
let runtime: ChildProcessByStdio<Writable, Readable, null>;
let lines: AsyncIterator<string>;
let aws: FakeAws;
let codedeploy: FakeCodeDeploy;
let eventbridge: FakeEventBridge;
let deployment: string;
let input: { readonly DeploymentId: string; readonly LifecycleEventHookExecutionId: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdpoint-hook-"));
  const { stderr } = spawnSync(process.execPath, [join(root, "scripts/build-hook.mjs"), folder]);
  if (stderr.length > 0) throw new Error(stderr.toString());
  runtime = spawn(process.execPath, ["--input-type=module", "-e", runner, join(folder, "index.mjs")], {
    cwd: folder,
    stdio: ["pipe", "pipe", "inherit"],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
  });
  lines = createInterface({ input: runtime.stdout })[Symbol.asyncIterator]();
});
afterAll(async () => {
  runtime.kill();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  const clock = createFakeClock();
  const invoked: (typeof input)[] = [];
  codedeploy = createFakeCodeDeploy({ clock, onHook: (invocation) => invoked.push(invocation.input) });
  eventbridge = createFakeEventBridge({ clock });
  aws = await startFakeAws({ services: [codedeploy.service, eventbridge.service], now: clock.now });
  deployment = codedeploy.deploy({ ...lambda, hooks: [{ event: "BeforeAllowTraffic", name: "approve" }] });
  clock.advance(60_000);
  const [first] = invoked;
  if (first === undefined) throw new Error("CodeDeploy has not called the hook");
  input = first;
});
afterEach(() => aws.close());

async function invoke(
  event: unknown,
  variables: Readonly<Record<string, string | undefined>> = {},
  leftMs: number | null = null,
) {
  const env = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: place.region,
    AWS_ACCESS_KEY_ID: "hook",
    AWS_SECRET_ACCESS_KEY: "secret",
    HOLDPOINT_HOOK_NAME: "BeforeAllowTraffic",
    ...variables,
  };
  runtime.stdin.write(`${JSON.stringify({ event, leftMs, env })}\n`);
  const logs: string[] = [];
  for (;;) {
    const { value: line } = await lines.next();
    if (line === undefined) throw new Error(`the function ended\n${logs.join("\n")}`);
    const { end, ms } = Object(JSON.parse(line));
    if (end !== undefined) return { end: String(end), ms: Number(ms), logs: logs.join("\n") };
    logs.push(line);
  }
}

const calls = (operation: string) => aws.calls.all({ operation });
const busDown = (times = Number.POSITIVE_INFINITY) => eventbridge.failEntries(times);

it("is one file below a megabyte that needs nothing beside it", async () => {
  expect(await readdir(folder)).toEqual(["index.mjs"]);
  expect((await stat(join(folder, "index.mjs"))).size).toBeLessThan(1_000_000);
});

describe("a hook that CodeDeploy calls", () => {
  it("becomes exactly one event that Holdpoint can read, and goes on waiting", async () => {
    const { end, logs } = await invoke(input);
    expect(end).toBe("returned");
    const [event, ...more] = eventbridge.put();
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      ...{ ...place, source: "holdpoint.hook", "detail-type": "CodeDeploy Lifecycle Hook Waiting" },
    });
    expect(hookEventDetail.parse(event?.detail)).toEqual({
      version: "1",
      deploymentId: deployment,
      lifecycleEventHookExecutionId: input.LifecycleEventHookExecutionId,
      hookName: "BeforeAllowTraffic",
    });
    expect([calls(put).length, calls(report).length]).toEqual([1, 0]);
    expect(codedeploy.openHooks(deployment)).toEqual([input.LifecycleEventHookExecutionId]);
    expect(logs).not.toContain(input.LifecycleEventHookExecutionId);
    expect(logs).toContain(deployment);
  });

  it("is told to the bus that is named, with whatever else CodeDeploy says one day", async () => {
    eventbridge.createBus(place, "deployments");
    const { end } = await invoke(
      { ...input, CombinedDeploymentId: "x" },
      { HOLDPOINT_EVENT_BUS: "deployments" },
    );
    expect([end, eventbridge.put("deployments").length]).toEqual(["returned", 1]);
  });

  it("is told to a bus of another account", async () => {
    const central = { account: "444455556666", region: place.region };
    const arn = eventbridge.createBus(central, "central", { from: [place.account] });
    await invoke(input, { HOLDPOINT_EVENT_BUS: arn });
    expect(eventbridge.put(arn)).toMatchObject([place]);
  });

  it("is told again when the bus did not take it", async () => {
    busDown(1);
    aws.faults.next({ operation: put }, { kind: "break", when: "before" });
    const { end } = await invoke(input);
    expect([end, calls(put).length, eventbridge.put().length]).toEqual(["returned", 3, 1]);
    expect(calls(report)).toEqual([]);
  });
});

describe("a hook that nobody can be told of", () => {
  it("fails at once, so that the deployment neither waits for an hour nor goes on", async () => {
    busDown();
    const { end, logs } = await invoke(input);
    expect([end, calls(put).length]).toEqual(["returned", 4]);
    expect(calls(report).map((call) => call.input)).toEqual([
      {
        deploymentId: deployment,
        lifecycleEventHookExecutionId: input.LifecycleEventHookExecutionId,
        status: "Failed",
      },
    ]);
    expect(codedeploy.openHooks(deployment)).toEqual([]);
    expect(logs).toContain("reported Failed to CodeDeploy");
    expect(logs).not.toContain(input.LifecycleEventHookExecutionId);
  });

  it("is left to CodeDeploy where that is wanted, and the invocation fails", async () => {
    busDown();
    const { end } = await invoke(input, { HOLDPOINT_HOOK_ON_ERROR: "throw" });
    expect(end).toBe(
      "threw: No event could be sent to default: Error: InternalFailure: Internal Service Failure",
    );
    expect(calls(report)).toEqual([]);
    expect(codedeploy.openHooks(deployment)).toHaveLength(1);
  });

  it("makes the invocation fail when CodeDeploy can't be told either", async () => {
    busDown();
    const message = `no room for ${input.LifecycleEventHookExecutionId}`;
    const fault = {
      kind: "error",
      when: "before",
      name: "ThrottlingException",
      status: 400,
      message,
    } as const;
    aws.faults.next({ operation: report }, fault, 2);
    const { end, logs } = await invoke(input);
    expect(end).toMatch(
      /^threw: Neither Holdpoint \(.*InternalFailure.*\) nor CodeDeploy \(ThrottlingException: /,
    );
    expect(calls(report)).toHaveLength(2);
    expect(logs).not.toContain(input.LifecycleEventHookExecutionId);
  });

  it("is no trouble when it was settled meanwhile", async () => {
    busDown();
    codedeploy.console.answerHook(deployment, input.LifecycleEventHookExecutionId, "Succeeded");
    const { end, logs } = await invoke(input);
    expect(end).toBe("returned");
    expect(logs).toContain("CodeDeploy already has a result for this hook");
    expect(logs).not.toMatch(/CodeDeploy took|is told/);
  });

  it.each([
    [null, 10_000],
    [3_000, 3_000],
  ])("is dealt with in the time that is left, although AWS is silent: %s ms", async (leftMs, withinMs) => {
    aws.faults.next({ operation: put }, { kind: "hang", when: "before" }, Number.POSITIVE_INFINITY);
    const { end, ms } = await invoke(input, {}, leftMs);
    expect(end).toBe("returned");
    expect(ms).toBeLessThan(withinMs);
    expect(calls(report)).toHaveLength(1);
  });
});

it("never says that a hook succeeded", async () => {
  busDown();
  await invoke(input);
  busDown(0);
  await invoke(input);
  expect(JSON.stringify(aws.calls.all().map((call) => call.input))).not.toContain("Succeeded");
});

describe("a function that is set up wrongly, or called by somebody else", () => {
  it.each([
    [{ HOLDPOINT_HOOK_NAME: undefined }, "HOLDPOINT_HOOK_NAME is not set"],
    [{ HOLDPOINT_HOOK_NAME: " " }, "HOLDPOINT_HOOK_NAME is empty"],
    [{ HOLDPOINT_HOOK_ON_ERROR: "succeed" }, "HOLDPOINT_HOOK_ON_ERROR has to be `fail` or `throw`"],
    [
      { HOLDPOINT_EVENT_BUS: "arn:aws:events:us-east-1:111122223333:event-bus/central" },
      "HOLDPOINT_EVENT_BUS is in us-east-1: name a bus in the function's own region.",
    ],
    [{ HOLDPOINT_EVENT_BUS: "a bus" }, "HOLDPOINT_EVENT_BUS is neither the name nor the ARN of an event bus"],
  ])("says so: %o", async (variables, words) => {
    const { end } = await invoke(input, variables);
    expect(end).toContain(`threw: Holdpoint's hook function is set up wrongly. ${words}`);
    expect(aws.calls.all()).toEqual([]);
  });

  it.each([
    [{}, "DeploymentId is missing; LifecycleEventHookExecutionId is missing"],
    [null, ""],
    [{ DeploymentId: "arn:1", LifecycleEventHookExecutionId: "x" }, "DeploymentId is none"],
    [{ DeploymentId: "d-1", LifecycleEventHookExecutionId: "" }, "LifecycleEventHookExecutionId is empty"],
    [{ DeploymentId: "d-1", LifecycleEventHookExecutionId: "x".repeat(5_000) }, "is too long"],
  ])("says so: %o", async (event, words) => {
    const { end } = await invoke(event);
    expect(end).toMatch(/^threw: This is not what CodeDeploy gives to a lifecycle hook\./);
    expect(end).toContain(words);
    expect(aws.calls.all()).toEqual([]);
  });
});
