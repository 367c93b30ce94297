import { z } from "zod";
import type { JsonObject } from "./json.ts";
import { chatMethods } from "./methods/chat.ts";
import { conversationMethods } from "./methods/conversations.ts";
import { directoryMethods } from "./methods/directory.ts";
import { type Answer, type Caller, type Method, method, refuse } from "./methods/method.ts";
import { viewMethods } from "./methods/views.ts";
import type { Views } from "./views.ts";
import type { Workspace } from "./workspace.ts";

export interface WebApiOptions {
  readonly workspace: Workspace;
  readonly views: Views;
  /** By token. */
  readonly callers: ReadonlyMap<string, Caller>;
  /** Creates a WebSocket URL for Socket Mode. */
  readonly issueSocketUrl: () => string;
}

export type WebApi = (methodName: string, args: JsonObject, token: string | undefined) => Answer;

/** The Web API without HTTP: checks the token and its scopes, then runs the method. */
export function createWebApi({ workspace, views, callers, issueSocketUrl }: WebApiOptions): WebApi {
  const methods: Readonly<Record<string, Method>> = {
    ...chatMethods(workspace),
    ...conversationMethods(workspace),
    ...directoryMethods(workspace),
    ...viewMethods(workspace, views),
    "apps.connections.open": method({
      token: "app",
      scopes: ["connections:write"],
      args: z.object({}),
      run: () => ({ ok: true, url: issueSocketUrl() }),
    }),
  };

  return (name, args, token) => {
    const wanted = methods[name];
    if (wanted === undefined) return refuse("unknown_method");
    if (token === undefined) return refuse("not_authed");
    const caller = callers.get(token);
    if (caller === undefined) return refuse("invalid_auth");
    if (wanted.token !== "any" && wanted.token !== caller.kind) return refuse("not_allowed_token_type");
    const mayCall =
      wanted.scopes.length === 0 || wanted.scopes.some((scope) => caller.scopes.includes(scope));
    if (!mayCall) {
      return {
        ok: false,
        error: "missing_scope",
        needed: wanted.scopes.join(","),
        provided: caller.scopes.join(","),
      };
    }
    return wanted.call(args, caller);
  };
}
