/**
 * Whatever people press, in whatever order, and whenever Slack fails: how many votes there are, whose they are and whose
 * could not be judged is the same on the card, in the push, the dialogs, the list, the thread and the private answer.
 */

import fc from "fast-check";
import { expect, it } from "vitest";
import { tellOutcome } from "../../../src/bot/card/private/private.ts";
import type { Outcome } from "../../../src/handlers/decision.ts";
import { keyOf } from "../../../src/handlers/identity.ts";
import { deploymentKeys } from "../../../src/store/keys.ts";
import {
  killed,
  type OneDeployment,
  oneDeployment,
  openPolicy,
  shows,
} from "../../handlers/one-deployment.ts";
import { deploymentOf } from "./pictures.ts";
import { wordsOf } from "./reading.ts";
import { look, surfacesOf, threadOf } from "./vote-surfaces.ts";

const [ann, ben, cleo, dora] = ["U0ANN", "U0BEN", "U0CLEO", "U0DORA"] as const;
const everybody = [ann, ben, cleo, dora];
const failed = { kind: "failed", what: "members of S0ONCALL: rate limited", cause: undefined } as const;

type Step =
  | { readonly kind: "press" | "press and die"; readonly user: string; readonly reason: string | undefined }
  | { readonly kind: "withdraw" | "remove" | "readmit"; readonly user: string }
  | { readonly kind: "Slack fails" | "Slack answers" | "much happens" | "time passes" };

const user = fc.constantFrom(...everybody);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constantFrom("press" as const, "press" as const, "press" as const, "press and die" as const),
        user,
        reason: fc.constantFrom(undefined, "slow", "red"),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom("withdraw" as const, "remove" as const, "readmit" as const),
        user,
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          ...(["Slack fails", "Slack fails", "Slack answers", "much happens", "time passes"] as const),
        ),
      }),
    },
  ),
  { minLength: 3, maxLength: 14, size: "max" },
);

/** What a text says of votes. A surface that names nobody says only how many. */
interface Said {
  readonly counted: number;
  readonly unknown: number;
  readonly countedNames?: readonly string[];
  readonly unknownNames?: readonly string[];
}

const namesIn = (text: string) => [...text.matchAll(/<@(\w+)>/g)].map(([, name = ""]) => name).toSorted();

function saidIn(text: string): Said | undefined {
  const tally = /(\d+) of \d+\*? votes(?: so far| to continue)?(?: \(((?:<@\w+>(?:, | and )?)+)\))?/.exec(
    text,
  );
  const unknown = /not known whether ((?:<@\w+>(?:, | and )?)+|(\d+) voters?) may still vote/.exec(text);
  const unknownNames = namesIn(unknown?.[1] ?? "");
  const notKnown = { unknown: Number(unknown?.[2] ?? unknownNames.length) };
  const named = unknown?.[2] === undefined && unknown !== null ? { unknownNames } : {};
  if (tally !== null) {
    const countedNames = tally[2] === undefined ? {} : { countedNames: namesIn(tally[2]) };
    return { counted: Number(tally[1]), ...notKnown, ...named, ...countedNames };
  }
  if (/[nN]o votes yet/.test(text)) return { counted: 0, unknown: 0 };
  const [, enough = ""] =
    /((?:<@\w+>(?:, | and )?)+) asked to continue and nothing was sent/.exec(text) ?? [];
  const countedNames = namesIn(enough);
  return enough === "" ? undefined : { counted: countedNames.length, unknown: 0, countedNames };
}

/** What they were told privately, as far as that speaks of votes. */
function privatelySaid(outcome: Outcome, asker: string): Said | undefined {
  const text = wordsOf(tellOutcome(outcome, { action: "continue", user: asker }));
  const counts = /(?:counts|is kept): \*(\d+) of \d+\*/.exec(text);
  if (counts === null && !/\d of \d votes/.test(text)) return undefined;
  return saidIn(counts === null ? text : `${counts[1]} of 9 votes ${text}`);
}

/** What the thread told last, unless something without a number has changed the votes since. */
async function toldIn(world: OneDeployment): Promise<string | undefined> {
  const { log } = await world.view();
  const last = log.findLast(({ k }) => k !== "remark" && k !== "late");
  return last?.k === "vote" ? threadOf(world, [last]).replace(/: (\d+ of \d+)/, ": $1 votes") : undefined;
}

it("is the same everywhere", async () => {
  const met = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(2, 3), steps, async (approvals, road) => {
      const world = oneDeployment(
        openPolicy({
          continue: {
            approvers: [
              { kind: "usergroup", id: "S0ONCALL" },
              { kind: "user", id: ben },
            ],
            ...{ approvals, reason: "optional" },
          },
        }),
      );
      let members = new Set<string>(everybody);
      let fails = false;
      let happened = 0;
      world.group = { kind: "found", users: members };
      world.groupNow = () => (fails ? failed : world.group);
      await look(world);
      for (const step of road) {
        let answered: Said | undefined;
        switch (step.kind) {
          case "press":
            answered = privatelySaid(await world.ask("continue", step.user, step.reason), step.user);
            break;
          case "press and die":
            world.whileReading = killed;
            void world.ask("continue", step.user, step.reason);
            await new Promise((resolve) => setImmediate(resolve));
            world.whileReading = async () => {};
            break;
          case "withdraw":
            await world.takeBack("continue", step.user);
            break;
          case "remove":
            members = new Set([...members].filter((name) => name !== step.user));
            break;
          case "readmit":
            members = new Set([...members, step.user]);
            break;
          case "Slack fails":
          case "Slack answers":
            fails = step.kind === "Slack fails";
            break;
          case "much happens":
            happened += 1;
            world.aws = shows({ remarks: remarksOf(happened) });
            await look(world);
            await pretendTold(world);
            break;
          case "time passes":
            world.memory.advance(16_000);
            await look(world);
            break;
        }
        world.group = { kind: "found", users: members };
        if (world.sent.length > 0) return;
        if (["remove", "readmit", "Slack fails", "Slack answers"].includes(step.kind)) continue;
        const decisions = [...(await world.view()).decisions.values()];
        if (decisions.some(({ state }) => state !== "open")) continue;
        await compare(world, answered, met);
      }
    }),
    { numRuns: 40, seed: 20_261_128 },
  );
  for (const surface of ["card", "push", "dialog", "reason", "dry run", "list", "thread", "private"])
    expect([surface, (met.get(`${surface} counts`) ?? 0) > 20]).toEqual([surface, true]);
  for (const surface of ["card", "list", "thread", "private"])
    expect([surface, (met.get(`${surface} does not know`) ?? 0) > 10]).toEqual([surface, true]);
});

async function compare(world: OneDeployment, answered: Said | undefined, met: Map<string, number>) {
  const texts = { ...(await surfacesOf(world)), thread: await toldIn(world) };
  const said: Record<string, Said | undefined> = { private: answered };
  for (const [surface, text] of Object.entries(texts))
    said[surface] = text === undefined ? undefined : saidIn(text);
  const { card } = said;
  if (card === undefined) throw new Error(`the card says nothing of votes: ${texts.card}`);
  const { votes } = await world.view();
  const names = (unknown: boolean) =>
    votes.flatMap((vote) => ((vote.unknown === true) === unknown ? [vote.user] : [])).toSorted();
  const truth = { countedNames: names(false), unknownNames: names(true) };
  for (const [surface, one] of Object.entries(said)) {
    if (one === undefined) continue;
    met.set(`${surface} counts`, (met.get(`${surface} counts`) ?? 0) + Math.min(one.counted, 1));
    met.set(
      `${surface} does not know`,
      (met.get(`${surface} does not know`) ?? 0) + Math.min(one.unknown, 1),
    );
    expect({ surface, ...one }).toEqual({
      surface,
      counted: truth.countedNames.length,
      unknown: truth.unknownNames.length,
      ...(one.countedNames === undefined ? {} : { countedNames: truth.countedNames }),
      ...(one.unknownNames === undefined ? {} : { unknownNames: truth.unknownNames }),
    });
  }
}

/** So many entries that none of before is among the newest of the log. */
function remarksOf(round: number) {
  return Array.from({ length: 50 }, (_, n) => ({
    ...{ name: `progress/${round}/${n}`, weight: "progress" as const },
    ...{ emoji: "arrow_forward", words: ["Rolling out"] },
  }));
}

/** The thread has told everything that is in the log. */
async function pretendTold(world: OneDeployment): Promise<void> {
  const { ref, lane } = deploymentOf();
  const { logLength } = await world.view();
  world.memory.tamper(deploymentKeys(keyOf(ref, lane)).board, () => ({ said: String(logLength) }));
}
