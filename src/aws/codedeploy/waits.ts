/** The two waits of a blue/green deployment, by CodeDeploy's own names. They are the ids of their holds. */

export const readyWait = "READY_WAIT";
export const terminationWait = "TERMINATION_WAIT";
