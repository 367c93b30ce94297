import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseEvents } from "../../src/aws/events/envelope.ts";

const sample = readFileSync(
  join(import.meta.dirname, "../fixtures/eventbridge/ecs-hook-awaiting-action.json"),
  "utf8",
);
const event: Readonly<Record<string, unknown>> = JSON.parse(sample);

function whyOf(entry: unknown): string | undefined {
  const parsed = parseEvents(JSON.stringify(entry));
  return parsed.kind === "malformed" ? parsed.why : parsed.bad[0]?.why;
}

it("reads one event, as text or as bytes", () => {
  const text = parseEvents(sample);
  expect(text).toMatchObject({
    kind: "parsed",
    bad: [],
    events: [
      {
        index: 0,
        event: {
          source: "aws.ecs",
          detailType: "ECS Hook State Change",
          account: "123456789012",
          region: "us-west-2",
          time: Date.UTC(2026, 2, 5, 15, 54, 41),
          detail: { eventName: "HOOK_AWAITING_ACTION" },
        },
      },
    ],
  });
  expect(parseEvents(Buffer.from(sample))).toEqual(text);
});

it("unwraps what SNS put around an event on its way to the queue, and leaves its own messages malformed", () => {
  const notification = { Type: "Notification", MessageId: "m", TopicArn: "arn:aws:sns:eu-west-1:1:t" };
  expect(parseEvents(JSON.stringify({ ...notification, Message: sample }))).toEqual(parseEvents(sample));
  expect(parseEvents(JSON.stringify({ ...notification, Message: "hello" })).kind).toBe("malformed");
  const confirmation = { ...notification, Type: "SubscriptionConfirmation", Message: sample };
  expect(whyOf(confirmation)).toBeDefined();
});

it("reads a list, and returns the good ones beside the reasons of the bad ones", () => {
  const parsed = parseEvents(JSON.stringify([event, { ...event, account: "x" }, 7, event]));
  expect(parsed.kind === "parsed" && parsed.events.map(({ index }) => index)).toEqual([0, 3]);
  expect(parsed.kind === "parsed" && parsed.bad).toMatchObject([
    { index: 1, why: "account: not an account id" },
    { index: 2 },
  ]);
});

it("lives with members that it does not know, with a replay, and without resources", () => {
  const { resources: _, ...without } = event;
  const parsed = parseEvents(JSON.stringify({ ...without, "replay-name": "r", "ingestion-time": "now" }));
  expect(parsed.kind === "parsed" && parsed.events[0]?.event.resources).toEqual([]);
});

it.each([
  ["a missing id", { ...event, id: undefined }, "id: "],
  ["a source that is no text", { ...event, source: 1 }, "source: "],
  ["a detail type in a list", { ...event, "detail-type": ["x"] }, "detail-type: "],
  ["a time that is none", { ...event, time: "yesterday" }, "time: "],
  ["a region that is none", { ...event, region: "eu west 1|" }, "region: "],
  ["a detail that is text", { ...event, detail: "x" }, "detail: "],
  ["a resource that is a number", { ...event, resources: [1] }, "resources.0: "],
  ["a number", 7, "expected object"],
  ["null", null, "expected object"],
  ["an empty list", [], "no event"],
])("says where %s is wrong", (_, entry, where) => {
  expect(whyOf(entry)).toContain(where);
});

it("refuses what is not JSON, not UTF-8, or nested too deep", () => {
  expect(parseEvents("{")).toEqual({ kind: "malformed", why: "the body is not JSON" });
  expect(parseEvents("")).toEqual({ kind: "malformed", why: "the body is not JSON" });
  expect(parseEvents(Buffer.from([0xff, 0xfe, 0x7b]))).toMatchObject({ kind: "malformed" });
  const deep = `${"[".repeat(500_000)}${"]".repeat(500_000)}`;
  expect(parseEvents(deep)).toMatchObject({ kind: "malformed", why: "nested deeper than 64 levels" });
  expect(parseEvents('{"a":'.repeat(65))).toMatchObject({ why: "nested deeper than 64 levels" });
});

it("counts braces in text as text", () => {
  const braces = { ...event, id: `"${"{[".repeat(100)}\\"` };
  expect(parseEvents(JSON.stringify(braces)).kind).toBe("parsed");
  expect(whyOf(braces)).toBeUndefined();
});

it("refuses a list that is too long to be EventBridge's before it looks at its members", () => {
  const began = performance.now();
  expect(parseEvents(`[${"1,".repeat(500_000)}1]`)).toMatchObject({ why: "more than 1000 events" });
  expect(performance.now() - began).toBeLessThan(1_000);
});

it("never throws, and accounts for every member of a list", () => {
  const member = fc.oneof(
    fc.jsonValue(),
    fc.constant(event),
    fc.record({ id: fc.string(), source: fc.anything() }),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      ),
      (body) => {
        expect(["parsed", "malformed"]).toContain(parseEvents(body).kind);
      },
    ),
  );
  fc.assert(
    fc.property(fc.array(member, { minLength: 1, maxLength: 8 }), (list) => {
      const parsed = parseEvents(JSON.stringify(list) ?? "");
      if (parsed.kind === "malformed") return;
      const seen = [...parsed.events, ...parsed.bad].map(({ index }) => index).sort((a, b) => a - b);
      expect(seen).toEqual(list.map((_, index) => index));
    }),
  );
});
