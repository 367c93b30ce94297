/**
 * The baseline for the benchmark: Bolt and the SDK with the same reads, and nothing in between. No record, lease,
 * policy or rate budget: two clicks are two calls, and state is lost in a crash. Started like a replica, with the
 * same environment.
 */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import {
  ContinueServiceDeploymentCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
} from "@aws-sdk/client-ecs";
import { App, type BlockButtonAction, HTTPReceiver } from "@slack/bolt";
import { z } from "zod";

const environment = z
  .object({
    SLACK_API_URL: z.string(),
    SLACK_BOT_TOKEN: z.string(),
    SLACK_SIGNING_SECRET: z.string(),
  })
  .parse(process.env);
const event = z.object({ resources: z.tuple([z.string()]).rest(z.string()) });

/** The channel in the journeys' worlds. */
const channel = "C0DEPLOY";
const ecs = new ECSClient({});
const receiver = new HTTPReceiver({ signingSecret: environment.SLACK_SIGNING_SECRET });
const app = new App({
  receiver,
  token: environment.SLACK_BOT_TOKEN,
  clientOptions: { slackApiUrl: environment.SLACK_API_URL },
});

/** The reads that Holdpoint makes for a waiting deployment, the same for an event and a click. */
async function read(serviceDeployment: string) {
  const { serviceDeployments = [] } = await ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [serviceDeployment] }),
  );
  const [deployment] = serviceDeployments;
  const revisions = [deployment?.targetServiceRevision, ...(deployment?.sourceServiceRevisions ?? [])];
  const { serviceRevisions = [] } = await ecs.send(
    new DescribeServiceRevisionsCommand({ serviceRevisionArns: revisions.flatMap((one) => one?.arn ?? []) }),
  );
  const hook = deployment?.lifecycleHookDetails?.find(({ status }) => status === "AWAITING_ACTION");
  const service = deployment?.serviceArn?.split("/").at(-1) ?? "";
  return { deployment, revisions: serviceRevisions, hookId: hook?.hookId, service };
}

async function post(serviceDeployment: string): Promise<void> {
  const { deployment, service, revisions } = await read(serviceDeployment);
  // These never change, so they are read only for the card.
  const definitions = await Promise.all(
    revisions.flatMap(({ taskDefinition }) =>
      taskDefinition === undefined ? [] : ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition })),
    ),
  );
  const images = definitions.flatMap(({ taskDefinition }) =>
    (taskDefinition?.containerDefinitions ?? []).map(({ image }) => image),
  );
  const words = `${service} in prod: ${deployment?.status}, ${images.join(" → ")}`;
  const button = { type: "button", action_id: "continue", value: serviceDeployment } as const;
  await app.client.chat.postMessage({
    channel: channel,
    text: words,
    blocks: [
      { type: "section", text: { type: "mrkdwn", text: words } },
      { type: "actions", elements: [{ ...button, text: { type: "plain_text", text: "Continue" } }] },
    ],
  });
}

app.action<BlockButtonAction>("continue", async ({ ack, action, body, client }) => {
  await ack();
  const arn = action.value ?? "";
  const { hookId, service } = await read(arn);
  await ecs.send(
    new ContinueServiceDeploymentCommand({ serviceDeploymentArn: arn, hookId, action: "CONTINUE" }),
  );
  const ts = body.message?.ts;
  if (ts === undefined) return;
  await client.chat.update({ channel, ts, text: `${service} in prod: continued`, blocks: [] });
});

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { resources } = event.parse(JSON.parse(await text(request)));
  response.writeHead(200).end();
  await post(resources[0]);
}

const server = createServer((request, response) => {
  if (request.url === "/aws/events") void take(request, response);
  else if (request.url === "/readyz") response.writeHead(200).end();
  else receiver.requestListener(request, response);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  process.stdout.write(`${JSON.stringify({ port, msg: "started" })}\n`);
});
process.once("SIGTERM", () => {
  server.closeAllConnections();
  server.close();
  ecs.destroy();
});
