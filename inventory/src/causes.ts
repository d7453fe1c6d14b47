/**
 * What explains what, what would be cut off, and where one failure is too many. Pure: the estate and what is known of it are
 * arguments.
 */
export { Causes } from './causes/causes.ts'
export { explainers, explainersOf, lingersMs, type Explainer } from './causes/explainers.ts'
export { Faults, type Sight } from './causes/faults.ts'
export { isSame, type AskedFinding, type Cause, type CauseFinding, type Moment } from './causes/finding.ts'
export { EstateGraph, type GraphCircuit, type GraphDevice, type GraphLink } from './causes/graph.ts'
export { Reach } from './causes/reach.ts'
export { impactOf, type Detour, type Impact, type WhatIf } from './causes/impact.ts'
export { weakPoints, type WeakPoint } from './causes/weak-points.ts'
