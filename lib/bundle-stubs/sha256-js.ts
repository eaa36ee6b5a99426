/** Stands in for the hash in JavaScript that the SDK keeps for a Node without `node:crypto`. */
export class Sha256Js {}
