/** What Lambda's Node costs by itself. */
export const handler = async () => ({ statusCode: 200, body: '{"received":true}' });
