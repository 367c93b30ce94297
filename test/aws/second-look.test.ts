/** What has ended stays what it was: looking again changes nothing of what is told, whoever looks and however. */
import { expect, it } from "vitest";
import type { Deployment } from "../../src/handlers/deployment.ts";
import { isTerminal, systemNames } from "../../src/handlers/deployment.ts";
import type { Hint } from "../../src/handlers/ports.ts";
import { minute } from "./appconfig/stage.ts";
import { inWords, said } from "./in-words.ts";
import { eachStory, look, type Stage, type Story } from "./stories.ts";

/** Plays one story and answers what was seen of its end, the way a look sees it for the first time. */
async function playToItsEnd({ system }: Stage, { ref, hint = {}, end }: Story): Promise<Deployment> {
  const running = await look(system, ref, { hint });
  expect(isTerminal(running)).toBe(false);
  const ended = await look(system, ref, { hint: end() ?? {}, previous: running });
  expect(isTerminal(ended)).toBe(true);
  return ended;
}

it.each(systemNames)("%s: tells the same of what has ended when it is looked at again", (name) =>
  eachStory(name, async (stage, story) => {
    const { system, advance } = stage;
    const ended = await playToItsEnd(stage, story);
    advance(10 * minute);
    const again = await look(system, ended.ref, { hint: {}, previous: ended });
    expect(again).toEqual(ended);
    // Under the lease of a request, where only what decides is read.
    const { said: _, ...decided } = ended;
    const quick = await look(system, ended.ref, { hint: {}, previous: again, urgent: true });
    expect(quick).toMatchObject(decided);
    expect(await look(system, ended.ref, { hint: {}, previous: quick })).toEqual(ended);
  }),
);

function told({ phase, status, incident, overtaken, reason, serving, related, remarks }: Deployment) {
  return { phase, status, incident, overtaken, reason, serving, related, remarks };
}

it.each(systemNames)(
  "%s: tells the same of an end to a store that knows no more than the card carries",
  (name) =>
    eachStory(name, async (stage, story) => {
      const { system } = stage;
      const ended = await playToItsEnd(stage, story);
      const hint: Hint = ended.carried === undefined ? {} : { carried: ended.carried };
      expect(told(await look(system, ended.ref, { hint }))).toEqual(told(ended));
    }),
);

const hookFailed = "a lifecycle hook failed, and with it the deployment (`HOOK_EXECUTION_FAILURE`)";

it("codedeploy: the log of a store that lost its data says of a hook that failed no more than it knows", () =>
  eachStory("codedeploy", async ({ system }, { ref, hint = {}, end }) => {
    const running = await look(system, ref, { hint });
    const ended = await look(system, ref, { hint: end() ?? {}, previous: running });
    const forgotten = await look(system, ref, { hint: {} });
    const asked = ended.holds.some(({ shows }) => shows === "rollback" || shows === "expired");
    const logged = inWords({ ...forgotten, remarks: [...forgotten.remarks, ...ended.remarks] }).remarks;
    const told = logged.flatMap(({ weight, words }) => (weight === "incident" ? [said(words)] : []));
    const first = asked && ended.phase === "failed" ? told[0] : hookFailed;
    expect(first).toBe(hookFailed);
    // What only later looks know is told besides, and contradicts nothing.
    const isRolledBack = ended.holds.some(({ shows }) => shows === "rollback");
    expect(isRolledBack ? told.length : 1).toBe(1);
  }));
