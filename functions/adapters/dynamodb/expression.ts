/** What an update needs besides its key and condition. */
export type Assignment = {
  readonly UpdateExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, unknown>;
};

type Attributes = Readonly<Record<string, unknown>>;

/**
 * `SET` of whole attributes, bound by name, since many of ours are reserved words. `once` are set only where
 * nothing stands yet; `raised` counters go up by one.
 */
export function set(
  attributes: Attributes,
  { once = {}, raised = [] }: { readonly once?: Attributes; readonly raised?: readonly string[] } = {},
): Assignment {
  const expressions = [
    ...Object.keys(attributes).map((name) => `#${name} = :${name}`),
    ...Object.keys(once).map((name) => `#${name} = if_not_exists(#${name}, :${name})`),
    ...raised.map((name) => `#${name} = if_not_exists(#${name}, :zero) + :one`),
  ];
  const values = { ...attributes, ...once };
  return {
    UpdateExpression: `SET ${expressions.join(', ')}`,
    ExpressionAttributeNames: namesIn(expressions.join()),
    ExpressionAttributeValues: {
      ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
      ...(raised.length > 0 && { ':zero': 0, ':one': 1 }),
    },
  };
}

/** The assignment under a condition. In both, `#name` stands for the attribute `name`. */
export function when(assignment: Assignment, ConditionExpression: string, values: Attributes) {
  return {
    ...assignment,
    ConditionExpression,
    ExpressionAttributeNames: { ...assignment.ExpressionAttributeNames, ...namesIn(ConditionExpression) },
    ExpressionAttributeValues: { ...assignment.ExpressionAttributeValues, ...values },
  };
}

export function namesIn(expression: string): Record<string, string> {
  const names = expression.match(/(?<=#)\w+/g) ?? [];
  return Object.fromEntries(names.map((name) => [`#${name}`, name]));
}
