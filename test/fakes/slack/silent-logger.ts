import { LogLevel } from "@slack/web-api";

const nothing = (): void => undefined;

/** Refusals are the point of many tests: they need not fill the screen. */
export const silentLogger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  setName: nothing,
  getLevel: () => LogLevel.ERROR,
};
