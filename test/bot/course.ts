/** A deployment to which one thing after the other happens, in whatever order, shown by two replicas to one channel. */

import type { Message } from "../../fakes/slack/workspace.ts";
import type { LogEntry } from "../../src/bot/card/parts/picture.ts";
import { type Decision, type DecisionId, isLive, type Vote } from "../../src/handlers/decision.ts";
import { isTerminal } from "../../src/handlers/deployment.ts";
import { decisionOfHold } from "../../src/handlers/identity.ts";
import { asAsked, asGone } from "../../src/handlers/jobs/observe.ts";
import type { Policy } from "../../src/handlers/policy.ts";
import type { WordedDeployment, WordedHold, WordedRemark } from "../../src/handlers/words.ts";
import { withWordsInside } from "../words-inside.ts";
import { continueAt, deploymentOf, hold, rollbackAt, voteOf, wording } from "./card/pictures.ts";
import { type BoardTest, channel, remarkOf } from "./support.ts";

export const members: Readonly<Record<string, readonly string[]>> = {
  S0TWO: ["U0ANN", "U0BEN"],
  S0CLEO: ["U0CLEO"],
};

export interface Step {
  readonly kind:
    | "look"
    | "progress"
    | "opens"
    | "both open"
    | "optional opens"
    | "vote"
    | "decision"
    | "asked again"
    | "not sent"
    | "asked back"
    | "taken over"
    | "end"
    | "end asked again"
    | "end not sent"
    | "end asked back"
    | "end taken over"
    | "goes on"
    | "trouble"
    | "failed"
    | "rolled back"
    | "timed out"
    | "vanished"
    | "succeeded"
    | "rolled back as asked";
  /** Somebody deletes the card before. */
  readonly deleted?: boolean;
  readonly replica?: number;
  readonly voter?: number;
}

/** `what`: which row of the table in docs/notifications.md it is. */
export interface Told {
  readonly what: string;
  readonly voted: readonly string[];
  /** The card has to be posted again. */
  readonly isAnew: boolean;
}

export interface Course {
  /** Undefined: it can't happen now. */
  take(step: Step): Told | undefined;
  /** Shows it until there is nothing more to show, and once more. Returns the messages that came by that. */
  show(step: Step): Promise<readonly Message[]>;
  /** Shows it by a process that stops right after it posted something, before it could record that. */
  showAndStop(step: Step): Promise<void>;
}

const elsewhere = "all else";
const failure = "it failed, AWS rolled it back, it timed out or vanished";
const opened = "a hold opens, or asks again";
const repeated = "a rollback, cancel, revert or termination that was asked for had no effect";

/** What happens while an end is under way; the rest would have to be asked for. */
const afterEnd: ReadonlySet<Step["kind"]> = new Set([
  ...(["look", "progress", "end asked again", "end not sent", "trouble", "failed", "vanished"] as const),
]);

let courses = 0;

export async function courseOf(test: BoardTest, policy: Policy): Promise<Course> {
  courses += 1;
  const id = `course-${courses}`;
  const boards = [test.board, await test.otherBoard()];
  const startedAt = test.timed.now();
  const need = policy.rules.continue?.approvals ?? 1;
  const removed: Message[] = [];
  const known = new Set(allMessages(test, removed).map(({ ts }) => ts));
  const log: LogEntry[] = [];
  const decisions = new Map<DecisionId, Decision>();
  let votes: readonly Vote[] = [];
  let told = false;
  let attempts = 1;
  let shown = 0;
  let card: string | undefined;
  let deployment: WordedDeployment = deploymentOf({
    ...{ ref: { ...deploymentOf().ref, id }, lane: id, startedAt },
    ...{ holds: [], offers: [rollbackAt(undefined)] },
  });
  tell(remarkOf("status"));

  function tell(...remarks: readonly WordedRemark[]): void {
    for (const remark of remarks) {
      deployment = { ...deployment, remarks: [...deployment.remarks, remark] };
      log.push({ k: "remark", at: test.timed.now(), remark });
    }
  }

  function open(...names: readonly string[]): void {
    for (const name of names) {
      const opens: WordedHold = {
        ...{ ...hold, id: name, name },
        ...(name === "optional" ? { optional: true } : {}),
      };
      deployment = { ...deployment, holds: [...deployment.holds, opens] };
      tell(remarkOf(`hold/${name}`, { weight: name === "optional" ? "progress" : "person", holdId: name }));
    }
    offer();
  }

  function offer(): void {
    const forward = deployment.holds.filter(({ shows }) => shows === "open").map((it) => continueAt(it));
    deployment = { ...deployment, offers: [...forward, rollbackAt(undefined)] };
  }

  const waiting = (...states: readonly (Decision["state"] | undefined)[]): WordedHold | undefined =>
    deployment.holds.find(
      (it) =>
        it.shows === "open" && !it.optional && states.includes(decisions.get(decisionOfHold(it.id))?.state),
    );
  const unopened = (): readonly string[] =>
    ["first", "second"].filter((name) => !deployment.holds.some((it) => it.id === name));

  function decide(about: WordedHold, state: Decision["state"], ...entries: readonly LogEntry["k"][]): void {
    conclude({ id: decisionOfHold(about.id), action: "continue" }, state, ...entries);
  }

  function decideEnd(state: Decision["state"], ...entries: readonly LogEntry["k"][]): void {
    conclude({ id: "end", action: "rollback" }, state, ...entries);
  }

  function conclude(
    about: { readonly id: DecisionId; readonly action: "continue" | "rollback" },
    state: Decision["state"],
    ...entries: readonly LogEntry["k"][]
  ): void {
    const at = test.timed.now();
    const what = { ...about, by: "U0ANN,U0BEN", att: 1, at } as const;
    for (const k of entries) {
      if (k === "claimed") log.push({ ...what, k, others: "" });
      if (k === "accepted" || k === "confirmed") log.push({ ...what, k });
      if (k === "reopened" || k === "notSent") log.push({ ...what, k, by: "", asked: "U0ANN,U0BEN" });
    }
    decisions.set(what.id, {
      ...{ ...about, state, by: ["U0ANN", "U0BEN"], attempt: 1, claimedAt: at },
    });
  }

  /** Whoever pressed is told privately. Where their process stopped, another one finds out, and counts one attempt more. */
  function comesToNothing(
    about: { readonly id: DecisionId; readonly action: "continue" | "rollback" },
    isTakenOver: boolean,
  ): void {
    const at = test.timed.now();
    const by = "U0ANN,U0BEN";
    attempts += 1;
    log.push({ ...about, k: "claimed", by, att: attempts, at, others: "" });
    if (isTakenOver) attempts += 1;
    log.push({ ...about, k: "open", by, att: attempts, at, answer: "what was seen has changed" });
    decisions.set(about.id, {
      ...{ ...about, state: "open", by: ["U0ANN", "U0BEN"], attempt: attempts, claimedAt: at },
    });
  }

  function end(changes: Partial<WordedDeployment>, ...remarks: readonly WordedRemark[]): void {
    const isOpen = ({ shows }: WordedHold): boolean => shows === "open";
    const holds = deployment.holds.map((it): WordedHold => (isOpen(it) ? { ...it, shows: "over" } : it));
    deployment = { ...deployment, holds, offers: [], endedAt: test.timed.now(), ...changes };
    tell(...remarks);
  }

  function ended(isBad: boolean): string {
    if (!told) return failure;
    return isBad ? "an incident that was told ends badly" : "an incident that was told ends otherwise";
  }

  function take({ kind, voter = 0 }: Step): string | readonly string[] | undefined {
    if (isTerminal(deployment)) return kind === "look" ? elsewhere : undefined;
    const isEnding = isLive(decisions.get("end")?.state);
    if (isEnding && !afterEnd.has(kind)) return undefined;
    const [next] = unopened();
    switch (kind) {
      case "look":
        return elsewhere;
      case "progress":
        tell(remarkOf(`progress/${log.length}`));
        return "a rollout goes on";
      case "opens":
        if (next === undefined) return undefined;
        open(next);
        return opened;
      case "both open":
        if (unopened().length < 2) return undefined;
        open(...unopened());
        return opened;
      case "optional opens":
        if (deployment.holds.some(({ optional }) => optional)) return undefined;
        open("optional");
        return "an optional hold opens";
      case "vote":
        return vote(voter);
      case "decision": {
        const about = waiting(undefined, "open");
        if (about === undefined) return undefined;
        decide(about, "accepted", "claimed", "accepted");
        return elsewhere;
      }
      case "asked again":
      case "not sent": {
        const about = waiting("accepted");
        if (about === undefined) return undefined;
        decide(about, "open", kind === "not sent" ? "notSent" : "reopened");
        votes = votes.filter(({ decision }) => decision !== decisionOfHold(about.id));
        return opened;
      }
      case "asked back":
      case "taken over": {
        const about = waiting(undefined, "open");
        if (about === undefined) return undefined;
        votes = votes.filter(({ decision }) => decision !== decisionOfHold(about.id));
        comesToNothing({ id: decisionOfHold(about.id), action: "continue" }, kind === "taken over");
        return kind === "taken over" ? opened : elsewhere;
      }
      case "end asked back":
      case "end taken over":
        if (waiting(undefined, "open") !== undefined) return undefined;
        comesToNothing({ id: "end", action: "rollback" }, kind === "end taken over");
        return kind === "end taken over" ? repeated : elsewhere;
      case "end":
        if (isLive(decisions.get("end")?.state)) return undefined;
        decideEnd("accepted", "claimed", "accepted");
        return elsewhere;
      case "end asked again":
      case "end not sent":
        // A hold that waits then asks again too.
        if (!isLive(decisions.get("end")?.state) || waiting(undefined, "open") !== undefined)
          return undefined;
        decideEnd("open", kind === "end not sent" ? "notSent" : "reopened");
        return repeated;
      case "goes on": {
        const about = waiting("accepted");
        if (about === undefined) return undefined;
        const holds = deployment.holds.map(
          (it): WordedHold => (it.id === about.id ? { ...it, shows: "continue" } : it),
        );
        deployment = { ...deployment, holds };
        offer();
        decide(about, "confirmed", "confirmed");
        return elsewhere;
      }
      case "trouble":
        if (told) return undefined;
        deployment = { ...deployment, incident: true, reason: "tasks failed to start" };
        tell(remarkOf("incident/breaker", { weight: "incident" }));
        // It is on its way back already, because somebody asked for it.
        if (isEnding) return elsewhere;
        told = true;
        return failure;
      case "failed":
        end({ phase: "failed", status: "ROLLBACK_FAILED", incident: true }, broke("rollback-failed"));
        return ended(true);
      case "rolled back":
        end(wentBack, ...(told ? [] : [broke("breaker")]), remarkOf("status/back", { weight: "ending" }));
        return ended(false);
      case "timed out": {
        const about = waiting(undefined, "open");
        if (about === undefined) return undefined;
        const holds = deployment.holds.map(
          (it): WordedHold => (it.id === about.id ? { ...it, shows: "expired" } : it),
        );
        deployment = { ...deployment, holds };
        end(wentBack, broke("timed-out"), remarkOf("status/back", { weight: "ending" }));
        return ended(false);
      }
      case "vanished":
        end({});
        deployment = wording.deployment(asGone(deployment));
        log.push(
          ...deployment.remarks
            .slice(-1)
            .map((remark): LogEntry => ({ k: "remark", at: test.timed.now(), remark })),
        );
        return ended(true);
      case "succeeded":
        end(
          { phase: "succeeded", status: "SUCCESSFUL", serving: "new", incident: false },
          remarkOf("status/done", { weight: "ending" }),
        );
        return told ? ended(false) : elsewhere;
      case "rolled back as asked": {
        const at = test.timed.now();
        const about = { id: "end", action: "rollback", by: "U0ANN", att: 1, at } as const;
        log.push({ ...about, k: "claimed", others: "" }, { ...about, k: "confirmed" });
        const decided = { ...about, by: ["U0ANN"], state: "confirmed", attempt: 1, claimedAt: at } as const;
        decisions.set("end", decided);
        end(wentBack, remarkOf("status/back", { weight: "ending" }));
        deployment = wording.deployment(asAsked(deployment, decided));
        return told ? ended(false) : elsewhere;
      }
    }
  }

  /** The first vote that is not enough; after that one, others are no news. */
  function vote(voter: number): string | readonly string[] | undefined {
    const about = waiting(undefined, "open");
    if (about === undefined) return undefined;
    const decision = decisionOfHold(about.id);
    const voted = votes.filter((it) => it.decision === decision).map(({ user }) => user);
    const list = policy.rules.continue?.approvers ?? [];
    const may =
      list === "channel-members"
        ? ["U0ANN", "U0BEN", "U0CLEO", "U0DAN"]
        : list.flatMap(({ kind, id }) => (kind === "user" ? [id] : (members[id] ?? [])));
    const by = may.filter((user) => !voted.includes(user))[voter % may.length];
    if (by === undefined || voted.length + 1 >= need) return undefined;
    const isFirst = !log.some((it) => it.k === "vote" && it.id === decision);
    votes = [...votes, voteOf(by, continueAt(about), need)];
    log.push({
      ...{ k: "vote", at: test.timed.now(), id: decision, action: "continue", by, n: voted.length + 1, need },
    });
    return isFirst ? [by] : elsewhere;
  }

  async function look(replica: number, hasStopped = (): boolean => false): Promise<void> {
    for (let tries = 0; tries < 20; tries += 1) {
      const blank = { ...deployment, phase: "running" as const, remarks: [], holds: [], offers: [] };
      const picture = await test.picture({ deployment: blank, policy });
      const { view } = picture;
      const end = await boards[replica]?.show({
        ...{ ...picture, deployment },
        view: { ...view, decisions, votes, log: [...log], logLength: log.length },
      });
      if (end?.kind !== "later" || hasStopped()) return;
      await test.timed.advance(end.ms);
    }
    throw new Error("there is always more to show");
  }

  return {
    take(step) {
      const what = take(step);
      if (what === undefined) return undefined;
      shown += 1;
      const isAnew = step.deleted === true && removeCard();
      if (typeof what !== "string") return { what: "a vote is missing", voted: what, isAnew };
      const isCalm = shown === 1 && what === elsewhere;
      return { what: isCalm ? "a deployment runs, nobody is needed" : what, voted: [], isAnew };
    },
    async show({ replica = 0 }) {
      await test.timed.advance(1);
      await look(replica);
      await look(1 - replica);
      const fresh = allMessages(test, removed).filter(({ ts }) => !known.has(ts));
      for (const { ts } of fresh) known.add(ts);
      card = fresh.findLast(isCard)?.ts ?? card;
      return fresh;
    },
    async showAndStop({ replica = 0 }) {
      await test.timed.advance(1);
      let stopped = false;
      const lift = test.slack.faults.plan({
        ...{ method: "chat.postMessage", fault: { kind: "cut", after: true } },
        when: () => {
          stopped = true;
          return true;
        },
      });
      await look(replica, () => stopped);
      lift();
    },
  };

  /** The next look finds out, because it has something else to draw. False where there is none, or where it stays gone. */
  function removeCard(): boolean {
    const mine = card === undefined ? undefined : test.slack.workspace.message(channel, card);
    if (mine === undefined || isTerminal(deployment)) return false;
    test.slack.workspace.remove(mine);
    removed.push(mine);
    deployment = withWordsInside({ ...deployment, where: [`cluster ${shown}`] });
    return true;
  }
}

const wentBack: Partial<WordedDeployment> = {
  ...{ phase: "rolled-back", status: "ROLLBACK_SUCCESSFUL", serving: "previous", incident: true },
};

function broke(name: string): WordedRemark {
  return remarkOf(`incident/${name}`, { weight: "incident" });
}

export function isCard({ metadata, threadTs }: Message): boolean {
  return threadTs === undefined && JSON.stringify(metadata ?? {}).includes('"from":0,"to":0');
}

/**
 * Of the channel and of all its threads, oldest first. A call can stand under a card that was removed a moment before:
 * while a card may not be edited again yet, nobody finds out that it is gone.
 */
function allMessages({ slack: { workspace } }: BoardTest, removed: readonly Message[]): readonly Message[] {
  const shown = workspace.timeline(channel);
  const replies = [...shown, ...removed].flatMap((it) =>
    it.threadTs === undefined ? workspace.repliesTo(it) : [],
  );
  return [...new Map([...shown, ...replies].map((it) => [it.ts, it])).values()].toSorted(
    (a, b) => Number(a.ts) - Number(b.ts),
  );
}
