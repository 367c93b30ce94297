/** The real handlers around one deployment, with a store in memory, an AWS that shows what it is told, and no Slack. */

import { createAnswer } from "../../src/handlers/answer/answer.ts";
import { createStartRead } from "../../src/handlers/answer/early-read.ts";
import { createExecute } from "../../src/handlers/answer/execute.ts";
import type { Seen } from "../../src/handlers/answer/worse.ts";
import type { CallResult, Outcome } from "../../src/handlers/decision.ts";
import type { Action, Offer } from "../../src/handlers/deployment.ts";
import { decisionsOf, evidenceHash, keyOf, pointOf } from "../../src/handlers/identity.ts";
import type { Next } from "../../src/handlers/jobs/next-job.ts";
import { createReconcile } from "../../src/handlers/jobs/reconcile.ts";
import { createLabels } from "../../src/handlers/names/labels.ts";
import type { Picture, Shown } from "../../src/handlers/picture.ts";
import type { Lookup, Policy } from "../../src/handlers/policy.ts";
import type {
  Claim,
  Directory,
  Inspection,
  LookContext,
  Standing,
  System,
} from "../../src/handlers/ports.ts";
import type { Job } from "../../src/handlers/store/queue.ts";
import type { View } from "../../src/handlers/store/view.ts";
import { protocolTiming } from "../../src/handlers/timing.ts";
import type { WordedDeployment } from "../../src/handlers/words.ts";
import { deploymentOf, policyOf } from "../bot/card/pictures.ts";
import { createMemoryStore, type MemoryStore } from "../store/memory.ts";
import { wordsInside } from "../words-inside.ts";

export interface OneDeployment {
  readonly memory: MemoryStore;
  /** What the next reads of AWS give. */
  aws: Inspection;
  /** What AWS answers to the one call. */
  answers: CallResult;
  confirms: (inspection: Inspection, claim: Claim) => boolean;
  /** Called between a read of AWS and what is concluded from it. */
  whileReading: () => Promise<unknown>;
  /** Who is in every group, and in the channel. */
  group: Lookup;
  /** The same where Slack is asked now; absent: as above. */
  groupNow?: () => Lookup;
  standing: (user: string) => Standing;
  /** Called while a request waits before it asks the store again. */
  whileWaiting: () => Promise<unknown>;
  readonly sent: Action[];
  /** In whose name each call was sent. */
  readonly sentFor: (readonly string[])[];
  readonly pictures: Picture[];
  /** What each read of AWS was given, those of requests included. */
  readonly contexts: LookContext[];
  /** How the board ends what it is shown. */
  board: Shown;
  /** Takes the deployment from the queue, looks, and ends the look; undefined: it was not due. */
  look(): Promise<Next | undefined>;
  /** The look alone. */
  reconcile(taken: Job): Promise<Next>;
  ask(action: Action, user: string, reason?: string, seen?: Seen): Promise<Outcome>;
  takeBack(action: Action, user: string): Promise<unknown>;
  view(): Promise<View>;
}

/** The process that waits for this is killed, as far as anybody else can tell. */
export const killed = (): Promise<never> => new Promise(() => {});

export function shows(changes: Partial<WordedDeployment> = {}): Inspection {
  return { kind: "deployment", deployment: deploymentOf(changes) };
}

export const gone: Inspection = { kind: "gone", why: "ECS does not know this service deployment" };

export function oneDeployment(
  policy: Policy = openPolicy(),
  more: Pick<Parameters<typeof createReconcile>[0], "inProgress"> = {},
): OneDeployment {
  const memory = createMemoryStore({ ageMs: 3_600_000 });
  const { store } = memory;
  const { ref, lane } = deploymentOf();
  const key = keyOf(ref, lane);
  const clock = {
    monotonicMs: () => memory.now(),
    async wait(ms: number) {
      memory.advance(ms);
      await world.whileWaiting();
    },
  };
  const telemetry = { count: () => {}, observe: () => {}, log: () => {} };
  const routes = [{ match: {}, channel: "C0DEPLOY", policy }];
  const accountNames = new Map([[ref.account, "prod"]]);
  let tokens = 0;
  const newToken = (): string => `token-${++tokens}`;

  const system: System = {
    name: "ecs",
    title: "ECS",
    listensTo: [{ source: "aws.ecs", detailTypes: [] }],
    offers: [],
    permissions: [],
    words: wordsInside,
    describeCall: () => undefined,
    laneOf: () => lane,
    locate: () => ({ kind: "ignored", why: "not asked" }),
    async inspect(_, context) {
      world.contexts.push(context);
      const read = world.aws;
      await world.whileReading();
      return read;
    },
    confirms: (inspection, claim) => world.confirms(inspection, claim),
    async act(_, { action, by }) {
      world.sent.push(action);
      world.sentFor.push(by);
      return world.answers;
    },
    list: async () => ({ kind: "listed", refs: [], targets: [], whole: true }),
  };
  const shared = {
    ...{ systems: [system], store, clock, telemetry, routes, accountNames, newToken },
    ...{ timing: protocolTiming, stopping: () => false },
  };
  const act = createExecute(shared);
  const directory: Directory = {
    groupMembers: async (_, asOf) => (asOf !== undefined ? world.groupNow?.() : undefined) ?? world.group,
    channelMembers: async (_, asOf) => (asOf !== undefined ? world.groupNow?.() : undefined) ?? world.group,
    standing: async (user) => world.standing(user),
  };
  const answerer = createAnswer({
    ...{ ...shared, act, startRead: createStartRead(shared), nudge: () => {}, findAgain: async () => {} },
    directory,
  });
  const reconcile = createReconcile({
    ...{ ...shared, ...more, act, directory, announces: true },
    ...createLabels(shared),
    board: {
      async show(picture) {
        world.pictures.push(picture);
        return world.board;
      },
    },
  });

  function offerTo(action: Action): Offer {
    const known = world.aws.kind === "deployment" ? world.aws.deployment : deploymentOf();
    const offer = [...known.offers, ...deploymentOf().offers].find((it) => it.action === action);
    if (offer === undefined) throw new Error(`no offer to ${action}`);
    return offer;
  }

  const world: OneDeployment = {
    memory,
    aws: shows(),
    answers: { kind: "accepted", note: "done" },
    confirms: () => true,
    whileReading: async () => {},
    group: { kind: "found", users: new Set() },
    standing: () => ({ kind: "member" }),
    whileWaiting: async () => {},
    sentFor: [],
    sent: [],
    pictures: [],
    contexts: [],
    board: { kind: "shown" },
    async look() {
      const [taken] = await store.dequeue(newToken(), 1, protocolTiming.lookLeaseMs);
      if (taken === undefined) return undefined;
      const next = await reconcile(ref, taken);
      await store.complete(taken, next);
      return next;
    },
    reconcile: (taken) => reconcile(ref, taken),
    async ask(action, user, reason, seen) {
      const offer = offerTo(action);
      const need = policy.rules[action]?.approvals ?? 1;
      const evidence = evidenceHash(offer, { name: policy.name, need }) ?? "";
      const request = { key, point: pointOf(offer), action, evidence, correlationId: "1" };
      const person = { user, foreign: false };
      const given = {
        ...(reason === undefined ? {} : { reason }),
        ...(seen === undefined ? {} : { seen }),
      };
      return answerer.answer({ ...request, person, ...given }, () => {});
    },
    takeBack: (action, user) =>
      answerer.withdraw({ key, action, point: pointOf(offerTo(action)), person: { user, foreign: false } }),
    view: () => store.view(key, decisionsOf(deploymentOf())),
  };
  return world;
}

/** Three people may do anything alone. */
export function openPolicy(rules: Policy["rules"] = {}): Policy {
  const rule = {
    approvers: ["U0ANN", "U0BEN", "U0CLEO"].map((id) => ({ kind: "user" as const, id })),
    ...{ approvals: 1, reason: "optional" as const },
  };
  return policyOf({ continue: rule, rollback: rule, ...rules });
}
