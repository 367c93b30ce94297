import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createFakeClock } from "../../fakes/aws/clock.ts";
import { createFakeEventBridge, type FakeEventBridge } from "../../fakes/aws/eventbridge.ts";
import { type FakeAws, startFakeAws } from "../../fakes/aws/server.ts";
import { type Clients, createClients } from "../../src/aws/client/clients.ts";
import { createAnnouncementBus, permissions } from "../../src/aws/eventbridge.ts";
import { protocolTiming } from "../../src/handlers/timing.ts";
import { announcement } from "../store/samples.ts";
import { place, pointAt, role } from "./stage.ts";

const account = { id: place.account, regions: [place.region], role, externalId: "e-1" };

let eventbridge: FakeEventBridge;
let aws: FakeAws;
let clients: Clients;
let arn: string;

beforeEach(async () => {
  const clock = createFakeClock();
  eventbridge = createFakeEventBridge({ clock });
  arn = eventbridge.createBus(place, "deployments");
  aws = await startFakeAws({
    services: [eventbridge.service],
    roles: [{ arn: role, externalId: "e-1" }],
    now: clock.now,
  });
  pointAt(aws.url);
  clients = createClients([account]);
});
afterEach(async () => {
  clients.destroy();
  vi.unstubAllEnvs();
  await aws.close();
});

const bus = () => createAnnouncementBus(clients, { arn, ...place });
const two = [
  announcement(1),
  announcement(2, { state: "confirmed", final: true, deployment: "d-A1B2C3D4E" }),
];

it("puts each announcement on its bus, with the account's role", async () => {
  expect(await bus()(two)).toEqual([{ kind: "sent" }, { kind: "sent" }]);
  expect(
    eventbridge.put(arn).map((event) => [event.source, event["detail-type"], event.resources, event.detail]),
  ).toEqual([
    ["holdpoint", "Deployment Decision Made", [announcement(1).deployment], two[0]],
    ["holdpoint", "Deployment Decision Outcome", [], two[1]],
  ]);
  const [call] = aws.calls.all({ operation: "PutEvents" });
  expect(call).toMatchObject({ ...place, principal: expect.stringContaining("assumed-role/holdpoint") });
});

it("calls nothing but what its permissions name", async () => {
  await bus()(two);
  const called = aws.calls.all({ service: "eventbridge" }).map(({ operation }) => `events:${operation}`);
  expect([...new Set(called)]).toEqual(permissions.flatMap(({ actions }) => actions));
});

it.each([
  ["InternalFailure", "again"],
  ["ThrottlingException", "again"],
  ["AccessDeniedException", "again"],
  ["NotAuthorizedForSourceException", "again"],
  ["SomethingNew", "again"],
  ["MalformedDetail", "never"],
  ["InvalidArgument", "never"],
  ["RedactionFailure", "never"],
] as const)(
  "says of an entry that failed with %s: %s, and of the other one that it was sent",
  async (code, kind) => {
    eventbridge.failEntries(1, { code, message: "why" });
    expect(await bus()(two)).toEqual([{ kind, why: `${code}: why` }, { kind: "sent" }]);
  },
);

it.each(["InternalException", "ThrottlingException"] as const)(
  "says nothing about any of them when the whole call failed: %s, and calls once",
  async (name) => {
    eventbridge.failRequests(1, name);
    const down = { kind: "down", why: expect.stringContaining("events:PutEvents") };
    expect(await bus()(two)).toEqual([down, down]);
    expect(aws.calls.all({ operation: "PutEvents" })).toHaveLength(1);
  },
);

it("ends in time when AWS is silent", async () => {
  aws.faults.next({ operation: "PutEvents" }, { kind: "hang", when: "before" });
  const impatient = createClients([account], { ...protocolTiming, callTimeoutMs: 200 });
  const down = { kind: "down", why: expect.stringContaining("AWS did not answer") };
  const send = createAnnouncementBus(impatient, { arn, ...place });
  expect(await send([announcement(1)])).toEqual([down]);
  impatient.destroy();
});

it("sends nothing to an account that is not configured", async () => {
  const elsewhere = createAnnouncementBus(clients, { arn, account: "999988887777", region: place.region });
  expect(await elsewhere([announcement(1)])).toEqual([
    { kind: "down", why: "the bus's account is not configured" },
  ]);
  expect(aws.calls.all()).toEqual([]);
});
