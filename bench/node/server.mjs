// The smallest web server around an npm peer: node server.mjs NAME PORT PROCESSES, POST /issue and POST /verify.
import cluster from 'node:cluster';
import {createServer} from 'node:http';

const [name, port, processes] = process.argv.slice(2);
console.log = console.error;

async function serve() {
  const {operations} = await import(`./${name}.mjs`);
  const {issue, verify} = operations['data-integrity'];
  createServer(async (request, response) => {
    try {
      const chunks = [];
      for await (const chunk of request) {
        chunks.push(chunk);
      }
      const text = Buffer.concat(chunks).toString('utf8');
      const body = Buffer.from(request.url === '/issue' ? await issue(text) : await verify(text) || '{"outcome":"valid"}');
      response.writeHead(200, {'Content-Type': 'application/json', 'Content-Length': body.length}).end(body);
    } catch(error) {
      response.writeHead(500, {'Content-Length': 0}).end();
      console.error(error);
    }
  }).listen(Number(port), '127.0.0.1');
}

if(cluster.isPrimary && Number(processes) > 1) {
  for(let number = 0; number < Number(processes); ++number) {
    cluster.fork();
  }
  // The workers end with the one who started them.
  process.on('SIGTERM', () => {
    Object.values(cluster.workers).forEach(worker => worker.kill());
    process.exit(0);
  });
} else {
  await serve();
}
