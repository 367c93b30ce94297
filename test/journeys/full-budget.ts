import { channel, type World } from "./world.ts";

const methods = ["chat.update", "chat.postMessage", "conversations.history", "conversations.replies"];

/**
 * Slack's rate limits would stretch hundreds of cards over many minutes: where they are not what is tested, the budget
 * that the replicas share is filled up all the time. Answers how to stop.
 */
export function keepBudgetFull({ redis, slack }: World): () => void {
  const { id } = slack.workspace.seed.team;
  const buckets = [...methods, `chat.postMessage:${channel}`].map((name) => `hp:{slack:${id}}:${name}`);
  const timer = setInterval(() => {
    redis.del(...buckets).catch(() => undefined);
  }, 50);
  return () => clearInterval(timer);
}
