/** The details of Proton's events. Only the fields in use, so that fields added by AWS do no harm. */

import { z } from "zod";
import { namePattern } from "./resource.ts";

const name = z.string().regex(namePattern, "not a name of Proton");
const status = z.string().min(1).max(64);

/** Environments and components. */
export const NamedStatusChange = z.object({ name, status });
export const InstanceStatusChange = z.object({ name, serviceName: name, status });
export const PipelineStatusChange = z.object({ serviceName: name, status });
