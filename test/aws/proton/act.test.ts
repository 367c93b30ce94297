import { createServer } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createClients } from "../../../src/aws/client/clients.ts";
import { createProton } from "../../../src/aws/proton/index.ts";
import type { WordedDeployment } from "../../../src/handlers/words.ts";
import { place, pointAt } from "../stage.ts";
import { everyKind, type Kind, kinds, type ProtonStage, setProtonStage } from "./stage.ts";

let stage: ProtonStage;
beforeEach(async () => {
  stage = await setProtonStage();
});
afterEach(() => stage.close());

const by = ["U024APPROVER"];
const cancel = { action: "cancel", by } as const;
const begun = (kind: Kind): Promise<WordedDeployment> => stage.look(stage.deploy(kind));

it.each(everyKind)("cancels the deployment of a %s by its name, once", async (kind) => {
  const deployment = await begun(kind);
  expect(await stage.system.act(deployment, cancel)).toEqual({ kind: "accepted", note: kinds[kind].cancel });
  const [call, ...more] = stage.aws.calls.writes();
  expect(more).toEqual([]);
  expect(call).toMatchObject({ operation: kinds[kind].cancel, input: kinds[kind].names });
  expect((await stage.look(deployment.ref)).status).toBe("CANCELLING");
});

const answers = [
  ["AccessDeniedException", 400, { kind: "not-done", why: { cause: "denied" } }],
  ["ConflictException", 400, { kind: "refused", message: "Injected by the fake." }],
  ["InternalServerException", 500, { kind: "unclear" }],
  ["ResourceNotFoundException", 400, { kind: "refused" }],
  ["ThrottlingException", 400, { kind: "not-done", why: { cause: "throttled" } }],
  ["ValidationException", 400, { kind: "refused" }],
] as const;

it.each(everyKind.flatMap((kind) => answers.map((answer) => [kind, ...answer] as const)))(
  "sends one request for a %s when AWS answers %s",
  async (kind, name, status, expected) => {
    const deployment = await begun(kind);
    const fault = { kind: "error", when: "before", name, status } as const;
    stage.aws.faults.next({ operation: kinds[kind].cancel }, fault, Number.POSITIVE_INFINITY);
    expect(await stage.system.act(deployment, cancel)).toMatchObject(expected);
    expect(stage.aws.calls.writes()).toHaveLength(1);
  },
);

it("is refused by AWS when the deployment has ended meanwhile", async () => {
  const deployment = await begun("environment");
  stage.clock.advance(10 * 60_000);
  expect(await stage.system.act(deployment, cancel)).toEqual({
    kind: "refused",
    message: "There is no deployment in progress: it is SUCCEEDED.",
  });
});

it.each(["break", "hang"] as const)(
  "does not know whether a request arrived that came to a %s",
  async (kind) => {
    const deployment = await begun("component");
    stage.aws.faults.next({ operation: "CancelComponentDeployment" }, { kind, when: "after" });
    expect((await stage.system.act(deployment, cancel)).kind).toBe("unclear");
    expect(stage.aws.calls.writes()).toHaveLength(1);
  },
);

it("sends nothing for what Proton can't do", async () => {
  const deployment = await begun("service-instance");
  for (const action of ["continue", "rollback", "revert", "terminate-old"] as const) {
    expect(await stage.system.act(deployment, { action, by })).toMatchObject({
      kind: "not-done",
      why: { cause: "not-sent" },
    });
  }
  expect(stage.aws.calls.writes()).toEqual([]);
});

it("sends nothing by name for a snapshot that does not offer it", async () => {
  const deployment = await begun("service-instance");
  stage.clock.advance(10 * 60_000);
  const ended = await stage.look(deployment.ref);
  stage.deploy("service-instance");
  expect(await stage.system.act(ended, cancel)).toMatchObject({
    kind: "not-done",
    why: { cause: "not-sent" },
  });
  stage.proton.showIds(false);
  const seen = await stage.system.inspect(stage.resource("service-instance"), { hint: {} });
  const [unnamed] = seen.kind === "points-to" ? seen.refs : [];
  if (unnamed === undefined) throw new Error(`saw ${JSON.stringify(seen)}`);
  expect(await stage.system.act(await stage.look(unnamed), cancel)).toMatchObject({
    kind: "not-done",
    why: { cause: "not-sent" },
  });
  expect(stage.aws.calls.writes()).toEqual([]);
});

it("knows that nothing was sent where nobody listens, as when the endpoint is gone", async () => {
  const deployment = await begun("environment");
  pointAt(`http://127.0.0.1:${await unusedPort()}`);
  const clients = createClients([{ id: place.account, regions: [place.region] }]);
  const lonely = createProton(clients, stage.telemetry);
  expect(await lonely.act(deployment, cancel)).toMatchObject({
    kind: "not-done",
    why: { cause: "not-sent" },
  });
  clients.destroy();
});

it("sends nothing to an account that is not configured", async () => {
  const deployment = await begun("environment");
  const elsewhere = { ...deployment, ref: { ...deployment.ref, account: "999988887777" } };
  expect(await stage.system.act(elsewhere, cancel)).toMatchObject({
    kind: "not-done",
    why: { cause: "not-sent", message: "account 999988887777 in eu-west-1 is not configured" },
  });
});

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
