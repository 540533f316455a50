// What the scripts of this folder share: a request as JSON in, an answer as JSON out, and a log of what was asked.
export async function answer(work) {
  const chunks = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
  }
  console.log = console.error; // what libraries tell is no part of the answer
  process.stdout.write(JSON.stringify(await work(JSON.parse(Buffer.concat(chunks).toString('utf8')))));
}

export async function post(url, body) {
  const response = await fetch(url, {
    method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)
  });
  if(!response.ok) {
    throw new Error(`${response.status} ${await response.text()}`);
  }
  return response.json();
}

// Every request of this program: "POST /oid4vci/token 200".
export function loggingFetch(log) {
  return async (input, init) => {
    const response = await fetch(input, init);
    log.push(`${init?.method ?? input.method ?? 'GET'} ${new URL(input.url ?? input).pathname} ${response.status}`);
    return response;
  };
}

// Libraries that fetch by themselves reach `documents` and this machine, and nothing else; returns a log of the latter.
export function keepAtHome(documents = {}) {
  const log = [];
  const direct = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const {href, hostname, pathname} = new URL(input.url ?? input);
    if(href in documents) {
      const document = documents[href];
      const listed = () => new Response(document, {headers: {'Content-Type': 'application/statuslist+jwt'}});
      const response = typeof document === 'string' ? listed() : Response.json(document);
      return Object.defineProperty(response, 'url', {value: href});
    }
    if(hostname !== '127.0.0.1') {
      throw new Error(`not asked in a test: ${hostname}${pathname}`);
    }
    const response = await direct(input, init);
    log.push(`${init?.method ?? input.method ?? 'GET'} ${pathname} ${response.status}`);
    return response;
  };
  return log;
}
