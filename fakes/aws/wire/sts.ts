/**
 * STS written by hand: it uses the AWS query protocol with XML responses, for which the SDK exports no symmetric codec.
 * Its access key ids contain account and role, so that later calls can be attributed.
 */
import { AwsError, type Caller } from "../service.ts";

export interface Role {
  readonly arn: string;
  /** Absent: the role can be assumed without one. */
  readonly externalId?: string;
  /**
   * Lifetime of its sessions, whatever was requested. If it is under five minutes, clients renew them at every call.
   */
  readonly sessionSeconds?: number;
}

export interface Sts {
  /**
   * The caller that signed a request. The signature itself is not verified: a fake has no secrets to verify it with.
   */
  readonly callerOf: (
    authorization: string | undefined,
  ) => (Caller & { readonly signedFor: string }) | AwsError;
  readonly answer: (form: URLSearchParams, caller: Caller) => string;
  /** Rejects all sessions issued so far. */
  readonly revoke: () => void;
}

const namespace = "https://sts.amazonaws.com/doc/2011-06-15/";
const issuedPrefix = "ASIA.";

export function createSts(options: { readonly roles: readonly Role[]; readonly baseAccount: string }): Sts {
  const issued = new Map<
    string,
    { readonly account: string; readonly principal: string; readonly until: number }
  >();

  let count = 0;

  function assumeRole(form: URLSearchParams): string {
    const arn = form.get("RoleArn") ?? "";
    const session = form.get("RoleSessionName");
    if (!session) throw new AwsError("ValidationError", "RoleSessionName is required.");
    const role = options.roles.find((known) => known.arn === arn);
    if (role === undefined || (role.externalId !== undefined && role.externalId !== form.get("ExternalId"))) {
      throw new AwsError("AccessDenied", `Not authorized to perform: sts:AssumeRole on resource: ${arn}`);
    }
    const account = arn.split(":")[4] ?? "";
    const name = arn.split(":role/")[1] ?? "";
    count += 1;
    const key = `${issuedPrefix}${account}.${name.replaceAll(/[^\w-]/g, "_")}.${count}`;
    const seconds = role.sessionSeconds ?? Number(form.get("DurationSeconds") ?? 3600);
    const until = Date.now() + seconds * 1000;
    const assumed = `arn:aws:sts::${account}:assumed-role/${name}/${session}`;
    issued.set(key, { account, principal: assumed, until });
    const credentials =
      element("AccessKeyId", key) +
      element("SecretAccessKey", "fake-secret") +
      element("SessionToken", `session-${count}`) +
      element("Expiration", new Date(until).toISOString());
    return `<Credentials>${credentials}</Credentials><AssumedRoleUser>${element("Arn", assumed)}${element("AssumedRoleId", `AROA:${session}`)}</AssumedRoleUser>`;
  }

  return {
    revoke: () => issued.clear(),
    callerOf: (authorization) => {
      const scope = /Credential=([^/\s]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(authorization ?? "");
      const [, key, region, signedFor] = scope ?? [];
      if (key === undefined || region === undefined || signedFor === undefined) {
        return new AwsError(
          "MissingAuthenticationTokenException",
          "The request has no SigV4 credential scope.",
        );
      }
      if (!key.startsWith(issuedPrefix)) {
        return { account: options.baseAccount, region, principal: "base", signedFor };
      }
      const session = issued.get(key);
      if (session === undefined) {
        return new AwsError(
          "UnrecognizedClientException",
          "The security token included in the request is invalid.",
        );
      }
      if (session.until <= Date.now()) {
        return new AwsError(
          "ExpiredTokenException",
          "The security token included in the request is expired.",
        );
      }
      return { account: session.account, region, principal: session.principal, signedFor };
    },
    answer: (form, caller) => {
      const action = form.get("Action") ?? "";
      if (action === "AssumeRole") return response(action, assumeRole(form));
      if (action === "GetCallerIdentity") {
        return response(
          action,
          element("Account", caller.account) + element("Arn", caller.principal) + element("UserId", "fake"),
        );
      }
      throw new AwsError("InvalidAction", `The fake STS does not know the action ${action}.`);
    },
  };
}

export function stsErrorXml(error: { readonly name: string; readonly message: string }): string {
  const inner = element("Type", "Sender") + element("Code", error.name) + element("Message", error.message);
  return `<ErrorResponse xmlns="${namespace}"><Error>${inner}</Error><RequestId>fake</RequestId></ErrorResponse>`;
}

function response(action: string, result: string): string {
  return `<${action}Response xmlns="${namespace}"><${action}Result>${result}</${action}Result></${action}Response>`;
}

function element(name: string, text: string): string {
  const safe = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<${name}>${safe}</${name}>`;
}
