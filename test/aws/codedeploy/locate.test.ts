import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseCarried, printCarried } from "../../../src/aws/codedeploy/carried.ts";
import { hookEventDetailType, hookEventSource } from "../../../src/aws/codedeploy/hook-event.ts";
import { listensTo, locate } from "../../../src/aws/codedeploy/locate.ts";
import { parseEvents } from "../../../src/aws/events/envelope.ts";
import type { AwsEvent } from "../../../src/handlers/ports.ts";
import { eventOf, place } from "../stage.ts";

function sample(name: string): AwsEvent {
  const bytes = readFileSync(new URL(`../../fixtures/eventbridge/${name}.json`, import.meta.url));
  const parsed = parseEvents(bytes);
  const event = parsed.kind === "parsed" ? parsed.events[0]?.event : undefined;
  if (event === undefined) throw new Error(`${name} is no event`);
  return event;
}

const published = { system: "codedeploy", account: "123456789012", region: "us-east-1", id: "d-123456789" };
const readyTime = Date.UTC(2016, 5, 30, 22, 6, 31);

it.each([
  ["codedeploy-deployment-start", "progress", { kind: "started" }],
  ["codedeploy-deployment-ready", "person", { kind: "hold", holdId: "READY_WAIT" }],
  ["codedeploy-deployment-success", "ending", { kind: "ended" }],
  ["codedeploy-deployment-stop", "ending", { kind: "ended" }],
  ["codedeploy-deployment-failure", "incident", { kind: "ended" }],
  ["codedeploy-instance-success", "progress", undefined],
] as const)("finds the deployment of %s", (name, weight, claim) => {
  const location = locate(sample(name));
  expect(location).toMatchObject({ kind: "located", located: { ref: published, weight } });
  expect(location.kind === "located" && location.located.claim).toEqual(claim);
});

it("carries when a deployment became ready, which no read tells", () => {
  const location = locate(sample("codedeploy-deployment-ready"));
  const carried = location.kind === "located" ? location.located.carried : undefined;
  expect(parseCarried(carried).readyAt).toEqual([readyTime]);
});

const executionId = `eyJ${"a".repeat(1_000)}==`;
const detail = {
  version: "1",
  deploymentId: "d-7F3K9QX2M",
  lifecycleEventHookExecutionId: executionId,
  hookName: "smoke-test-approval",
};
const waiting = (changed: Readonly<Record<string, unknown>> = {}): AwsEvent =>
  eventOf(hookEventDetailType, { ...detail, ...changed }, { source: hookEventSource });

it("carries what the hook function told, and calls a person", () => {
  const event = waiting();
  const location = locate(event);
  expect(location).toMatchObject({
    kind: "located",
    located: {
      ref: { system: "codedeploy", ...place, id: "d-7F3K9QX2M" },
      weight: "person",
      claim: { kind: "hold", holdId: executionId },
    },
  });
  const carried = location.kind === "located" ? location.located.carried : undefined;
  expect(parseCarried(carried).hooks).toEqual([
    { executionId, hookName: "smoke-test-approval", at: event.time },
  ]);
});

it.each([
  ["another version", { version: "2" }],
  ["no id of a deployment", { deploymentId: "ecs-svc/1" }],
  ["an id that is a path", { deploymentId: "d-1/../x" }],
  ["no execution id", { lifecycleEventHookExecutionId: "" }],
  ["an execution id without end", { lifecycleEventHookExecutionId: "x".repeat(4_097) }],
  ["no name", { hookName: undefined }],
])("refuses the event of a hook with %s", (_, changed) => {
  expect(locate(waiting(changed)).kind).toBe("malformed");
});

it("refuses an event whose detail is about another region", () => {
  const [{ detailTypes }] = listensTo;
  const elsewhere = { deploymentId: "d-1", state: "START", region: "us-east-1" };
  expect(locate(eventOf(detailTypes[0], elsewhere, { source: "aws.codedeploy" })).kind).toBe("malformed");
});

it("looks at a state that AWS invents, and claims nothing", () => {
  const [{ detailTypes }] = listensTo;
  const event = eventOf(
    detailTypes[0],
    { deploymentId: "d-1", state: "SIMMERING" },
    { source: "aws.codedeploy" },
  );
  const location = locate(event);
  expect(location).toMatchObject({ kind: "located", located: { weight: "progress" } });
  expect(location.kind === "located" && location.located.claim).toBeUndefined();
});

it("never throws, whatever a detail holds", () => {
  const types = listensTo.flatMap(({ source, detailTypes }) => detailTypes.map((type) => ({ source, type })));
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.anything(), ({ source, type }, junk) => {
      const { kind } = locate({ ...eventOf(type, {}, { source }), detail: junk });
      expect(["malformed", "located"]).toContain(kind);
    }),
  );
});

it("keeps the same of what is carried, in any order and however often it comes", () => {
  const entry = fc.oneof(
    fc.record({ id: fc.constantFrom("a", "b", "c"), at: fc.nat(9) }).map(({ id, at }) => ({
      [`exec/${id}`]: JSON.stringify({ hook: "approve", at }),
    })),
    fc.constantFrom("a", "b").map((id) => ({ [`exec/${id}`]: "" })),
    fc.nat(9).map((time) => ({ [`ready/${time}`]: "" })),
    fc.string().map((junk) => ({ [`exec/${junk}`]: junk, [junk]: junk })),
  );
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
      const once = parseCarried(...entries);
      expect(parseCarried(...entries.toReversed(), ...entries)).toEqual(once);
      expect(parseCarried(printCarried(once))).toEqual(once);
    }),
  );
});
