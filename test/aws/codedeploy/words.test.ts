import { CodeDeployClient, type DeploymentInfo } from "@aws-sdk/client-codedeploy";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readDeployment, readTargets } from "../../../src/aws/codedeploy/read/calls.ts";
import { words } from "../../../src/aws/codedeploy/words/words.ts";
import { isTerminal } from "../../../src/handlers/deployment.ts";
import { asGone } from "../../../src/handlers/jobs/observe.ts";
import type { WordedDeployment } from "../../../src/handlers/words.ts";
import { deploymentSchema } from "../../../src/store/snapshot.ts";
import { inWords, lines, said } from "../in-words.ts";
import { sentencesIn } from "../sentences.ts";
import { place } from "../stage.ts";
import { factsFrom } from "./answers.ts";
import { type CodeDeployStage, ecs, fleet, lambda, servers, setCodeDeployStage } from "./stage.ts";

let stage: CodeDeployStage;
beforeEach(async () => {
  stage = await setCodeDeployStage();
});
afterEach(() => stage.close());

const minuteMs = 60_000;
const autoRollback = { enabled: true, events: ["DEPLOYMENT_FAILURE"] } as const;

/** One of each kind: at a hook, ready for traffic, with the old side kept, shifting, failed in part, rolling back, done. */
async function richest(): Promise<readonly WordedDeployment[]> {
  const readyWait = { minutes: 60, action: "STOP_DEPLOYMENT" } as const;
  const failing = { event: "ApplicationStart", target: 1 };
  const ids = [
    stage.codedeploy.deploy({ ...fleet, readyWait, alarms: ["storefront-5xx"] }),
    stage.codedeploy.deploy({ ...ecs, group: "kept", hooks: [], terminationWaitMinutes: 60 }),
    stage.codedeploy.deploy({ ...lambda, group: "shifting", hooks: [] }),
    stage.codedeploy.deploy({ ...servers, group: "failing", targets: 3, failing, autoRollback }),
  ];
  const { deployment } = await stage.lookAtHook({ group: "held", autoRollback });
  stage.clock.advance(4 * minuteMs);
  const rollback = ids.map((id) => stage.codedeploy.deployment(id).rollbackInfo?.rollbackDeploymentId);
  const seen = await Promise.all([...ids, ...rollback.flatMap((id) => id ?? [])].map((id) => stage.look(id)));
  return [deployment, ...seen];
}

it("keeps nothing that is a sentence, but for AWS's own", async () => {
  const client = stage.clients
    .of((settings) => new CodeDeployClient(settings))
    .read(place.account, place.region);
  if (client === undefined) throw new Error("no client");
  for (const deployment of await richest()) {
    const { id } = deployment.ref;
    const signal = AbortSignal.timeout(5_000);
    const answers = [await readDeployment(client, id, signal), await readTargets(client, id, signal)];
    const { offers, ...rest } = deploymentSchema.parse(deployment);
    // What people decide about is hashed, and told to nobody.
    const kept = [rest, offers.map(({ action }) => action)];
    const own = sentencesIn(answers);
    expect(sentencesIn(kept).filter((text) => !own.includes(text))).toEqual([]);
  }
});

it("tells what it can't read of another release as not read yet, and nothing of it as good", async () => {
  for (const deployment of await richest()) {
    const { changes, health, progress, outcome, details, offers } = inWords({
      ...deploymentSchema.parse(deployment),
      said: { info: { status: 7 } },
    });
    expect([...lines(changes), ...lines(health)]).toEqual([
      "Changes: unknown, not read yet",
      "Health: unknown, not read yet",
    ]);
    expect([progress, outcome, details]).toEqual([undefined, undefined, []]);
    for (const { label, dialog } of offers) {
      expect(label).not.toBe("");
      expect(said(dialog)).not.toMatch(/`/);
    }
    const goesOn = offers.filter(({ action }) => action === "continue").map(({ dialog }) => said(dialog));
    expect(goesOn.filter((text) => !text.includes("Not read: which version that is."))).toEqual([]);
  }
});

it("tells a hold and a remark that are alone, whatever they bring along", async () => {
  for (const { holds, remarks } of await richest()) {
    for (const { onExpiryAction, said: kept, onExpiry, onExpiryShort } of holds) {
      const expiry = { ...(onExpiryAction === undefined ? {} : { onExpiryAction }), said: kept };
      expect(words.expiry(expiry)).toEqual({ onExpiry, onExpiryShort });
      expect(words.expiry({ said: { wait: "SOMETHING_NEW" } })).toEqual({});
    }
    for (const { name, weight } of remarks) {
      const told = words.remark({ name, weight });
      expect(said(told.words)).not.toBe("");
      expect(`${told.emoji} ${said(told.words)}`).not.toMatch(/✅|\bserves\b(?! was not read)|undefined/);
    }
  }
});

it("tells neither progress nor outcome of a deployment that CodeDeploy no longer knows", async () => {
  for (const deployment of await richest()) {
    if (isTerminal(deployment)) continue;
    const gone = inWords(asGone(deploymentSchema.parse(deployment)));
    expect([gone.progress, gone.outcome]).toEqual([undefined, undefined]);
    expect(said(gone.health.flatMap((fact) => (fact.kind === "value" ? fact.value : [])))).not.toContain(
      "still",
    );
  }
});

it.each(["toString", "constructor", "__proto__"])("takes a status or a stage %s for what it is", (name) => {
  const base: DeploymentInfo = { deploymentId: "d-1", computePlatform: "Lambda" };
  const info = Object.assign({}, base, { status: name });
  const events = [{ lifecycleEventName: name, status: "InProgress" }] as const;
  const { progress, remarks } = inWords(
    factsFrom({
      ...{ ref: stage.refOf("d-1"), info, now: 0 },
      targets: { kind: "read", total: 1, more: false, targets: [{ id: "t", status: name, events }] },
    }),
  );
  expect(said(progress?.headline)).toBe(`CodeDeploy shows \`${name}\``);
  expect(remarks.map((remark) => said(remark.words))).toEqual([
    `CodeDeploy shows status \`${name}\``,
    `lifecycle event \`${name}\``,
  ]);
});
