// What the scripts of this folder share: a request as JSON in, an answer as JSON out, and a log of what was asked.
export async function answer(work) {
  const chunks = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
  }
  console.log(JSON.stringify(await work(JSON.parse(Buffer.concat(chunks).toString('utf8')))));
}

// Every request of this program: "POST /oid4vci/token 200".
export function loggingFetch(log) {
  return async (input, init) => {
    const response = await fetch(input, init);
    log.push(`${init?.method ?? input.method ?? 'GET'} ${new URL(input.url ?? input).pathname} ${response.status}`);
    return response;
  };
}
