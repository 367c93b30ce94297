import {
  EventBridgeClient,
  InternalException,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from "@aws-sdk/client-eventbridge";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakeClock, type FakeClock } from "../../../fakes/aws/clock.ts";
import { createFakeEventBridge, type FakeEventBridge } from "../../../fakes/aws/eventbridge.ts";
import type { AwsEvent } from "../../../fakes/aws/events.ts";
import { type FakeAws, startFakeAws } from "../../../fakes/aws/server.ts";
import { failureOf, place } from "./stage.ts";

let clock: FakeClock;
let eventbridge: FakeEventBridge;
let aws: FakeAws;
let client: EventBridgeClient;
beforeEach(async () => {
  clock = createFakeClock();
  eventbridge = createFakeEventBridge({ clock });
  aws = await startFakeAws({ services: [eventbridge.service], now: clock.now });
  const credentials = { accessKeyId: "anything", secretAccessKey: "anything" };
  client = new EventBridgeClient({ region: place.region, endpoint: aws.url, credentials, maxAttempts: 1 });
});
afterEach(async () => {
  client.destroy();
  await aws.close();
});

const good = { Source: "holdpoint.hook", DetailType: "Hook Called", Detail: '{"hook":"smoke"}' };

async function put(...Entries: PutEventsRequestEntry[]) {
  const { $metadata: _, ...answer } = await client.send(new PutEventsCommand({ Entries }));
  return answer;
}

describe("an event", () => {
  it("arrives on the default bus in the envelope of its sender", async () => {
    const heard: [AwsEvent, string][] = [];
    eventbridge.subscribe((event, busArn) => heard.push([event, busArn]));
    const answer = await put({ ...good, Resources: ["arn:aws:ecs:eu-west-1:999900001111:service/a/b"] });
    expect(answer).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
    const event = {
      version: "0",
      id: answer.Entries?.[0]?.EventId,
      "detail-type": "Hook Called",
      source: "holdpoint.hook",
      account: place.account,
      time: "2026-11-17T14:00:00Z",
      region: place.region,
      resources: ["arn:aws:ecs:eu-west-1:999900001111:service/a/b"],
      detail: { hook: "smoke" },
    };
    expect(eventbridge.put()).toEqual([event]);
    expect(heard).toEqual([[event, "arn:aws:events:eu-west-1:111122223333:event-bus/default"]]);
    expect(aws.calls.writes()).toMatchObject([{ service: "eventbridge", operation: "PutEvents" }]);
  });

  it("has the time that its sender gives it", async () => {
    await put({ ...good, Time: new Date("2026-11-17T13:59:58.700Z") });
    expect(eventbridge.put()).toMatchObject([{ time: "2026-11-17T13:59:58Z", resources: [] }]);
  });

  it("arrives on the bus that it names, by name or ARN", async () => {
    const arn = eventbridge.createBus(place, "audit");
    await put({ ...good, EventBusName: "audit" }, { ...good, EventBusName: arn }, good);
    expect(eventbridge.put("audit")).toHaveLength(2);
    expect(eventbridge.put(arn)).toHaveLength(2);
    expect(eventbridge.put()).toHaveLength(1);
  });

  it("is dropped without a word where its bus does not exist", async () => {
    const answer = await put({ ...good, EventBusName: "nobody" });
    expect(answer.FailedEntryCount).toBe(0);
    expect(eventbridge.put("nobody")).toEqual([]);
    expect(eventbridge.dropped()).toMatchObject([{ id: answer.Entries?.[0]?.EventId }]);
  });

  it("reaches another account's bus only where that one's policy lets it in", async () => {
    const other = { account: "444455556666", region: place.region };
    const open = eventbridge.createBus(other, "open", { from: [place.account] });
    const shut = eventbridge.createBus(other, "shut");
    expect(await put({ ...good, EventBusName: open }, { ...good, EventBusName: shut })).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ EventId: expect.any(String) }, { ErrorCode: "AccessDeniedException" }],
    });
    expect(eventbridge.put(open)).toMatchObject([{ account: place.account }]);
    expect(eventbridge.put(shut)).toEqual([]);
  });

  it("is no longer told to who has stopped listening", async () => {
    const heard: AwsEvent[] = [];
    const stop = eventbridge.subscribe((event) => heard.push(event));
    await put(good);
    stop();
    await put(good);
    expect(heard).toHaveLength(1);
  });
});

describe("an entry fails alone", () => {
  it.each([
    ["with no JSON as its detail", { Detail: "{" }, "MalformedDetail"],
    ["with a list as its detail", { Detail: "[]" }, "MalformedDetail"],
    ["with a text as its detail", { Detail: '"text"' }, "MalformedDetail"],
    ["without a detail", { Detail: undefined }, "InvalidArgument"],
    ["without a source", { Source: undefined }, "InvalidArgument"],
    ["without a detail type", { DetailType: undefined }, "InvalidArgument"],
    ["with a detail type that is too long", { DetailType: "x".repeat(129) }, "InvalidArgument"],
    ["with a source of AWS", { Source: "aws.ecs" }, "NotAuthorizedForSourceException"],
  ])("%s", async (_, changes, code) => {
    const answer = await put(good, { ...good, ...changes }, good);
    expect(answer.FailedEntryCount).toBe(1);
    expect(answer.Entries?.map((entry) => entry.ErrorCode)).toEqual([undefined, code, undefined]);
    expect(answer.Entries?.[1]?.EventId).toBeUndefined();
    expect(eventbridge.put()).toHaveLength(2);
  });

  it("when a scenario asks for it", async () => {
    eventbridge.failEntries(2, { code: "ThrottlingException", message: "Slow down." });
    const codes = async () => (await put(good, good)).Entries?.map((entry) => entry.ErrorCode);
    expect(await codes()).toEqual(["ThrottlingException", "ThrottlingException"]);
    expect(await codes()).toEqual([undefined, undefined]);
    eventbridge.failEntries(1);
    expect(await put(good)).toMatchObject({ Entries: [{ ErrorCode: "InternalFailure" }] });
    expect(eventbridge.put()).toHaveLength(2);
  });
});

describe("a request fails as a whole", () => {
  const refused = { name: "ValidationException", $metadata: { httpStatusCode: 400 } };

  it("without entries, and with more than ten", async () => {
    expect(await failureOf(put())).toMatchObject(refused);
    expect(await failureOf(put(...Array.from({ length: 11 }, () => good)))).toMatchObject(refused);
    expect(eventbridge.put()).toEqual([]);
    await put(...Array.from({ length: 10 }, () => good));
    expect(eventbridge.put()).toHaveLength(10);
  });

  it("from 1 MB on", async () => {
    const overhead = Buffer.byteLength(`${good.Source}${good.DetailType}{"x":""}`);
    const sized = (bytes: number) => ({
      ...good,
      Detail: JSON.stringify({ x: "y".repeat(bytes - overhead) }),
    });
    const half = 524_288;
    expect(await failureOf(put(sized(half), sized(half)))).toMatchObject(refused);
    expect(await put(sized(half), sized(half - 1))).toMatchObject({ FailedEntryCount: 0 });
  });

  it("when a scenario asks for it", async () => {
    eventbridge.failRequests(1);
    const error = await failureOf(put(good));
    expect(error).toBeInstanceOf(InternalException);
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 500 } });
    eventbridge.failRequests(1, "ThrottlingException");
    expect(await failureOf(put(good))).toMatchObject({ name: "ThrottlingException" });
    expect(eventbridge.put()).toEqual([]);
    await put(good);
    expect(eventbridge.put()).toHaveLength(1);
  });
});
