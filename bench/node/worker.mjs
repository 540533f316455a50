// One npm peer in a process of its own, which works on command: node worker.mjs NAME. The lines are those of bench/worker.py.
import {createInterface} from 'node:readline';

// The libraries tell stories on stdout, where our answers go.
console.log = console.error;

const peer = await import(`./${process.argv[2]}.mjs`);
let documents = [];
let operation;

async function answer(command) {
  if(command.do === 'load') {
    documents = command.documents;
    operation = peer.operations[command.securing][command.kind];
    return {version: peer.VERSION};
  }
  if(command.do === 'each') {
    const results = [];
    for(const text of documents) {
      results.push(await operation(text));
    }
    return {results};
  }
  return run(command.seconds);
}

async function run(seconds) {
  let done = 0;
  const cpu = process.cpuUsage();
  const started = performance.now();
  let elapsed = 0;
  while(elapsed < seconds) {
    await operation(documents[done % documents.length]);
    ++done;
    elapsed = (performance.now() - started) / 1000;
  }
  const {user, system} = process.cpuUsage(cpu);
  return {times: done, wall_s: elapsed, cpu_s: (user + system) / 1e6};
}

for await (const line of createInterface({input: process.stdin})) {
  let told;
  try {
    told = await answer(JSON.parse(line));
  } catch(error) {
    told = {error: `${error.name}: ${error.message}`};
  }
  process.stdout.write(JSON.stringify(told) + '\n');
}
