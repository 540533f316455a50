// npm @xapi/xapi posts statements to us as to a Learning Record Store.
// stdin: {"endpoint", "version", "user", "password", "statement"}; stdout: what came of about, one, list, again, void, wrong.
import * as library from '@xapi/xapi';
import {answer} from './loader.mjs';

const XAPI = library.XAPI ?? library.default;

await answer(async ({endpoint, version, user, password, statement}) => {
  const client = auth => new XAPI({endpoint, version, adapter: 'axios', auth});
  const auth = XAPI.toBasicAuth(user, password);
  const good = client(auth);
  const told = async work => {
    try {
      const {status, data} = await work();
      return {status, data};
    } catch (error) {
      return {status: error.status ?? error.response?.status ?? String(error)};
    }
  };
  const retake = {...statement, result: {score: {...statement.result.score, raw: 27}}};
  const about = await told(() => good.getAbout());
  const one = await told(() => good.sendStatement({statement}));
  const stored = {...statement, id: one.data?.[0]};
  return {
    about,
    one,
    again: await told(() => good.sendStatement({statement: stored})),
    changed: await told(() => good.sendStatement({statement: {...retake, id: stored.id}})),
    list: await told(() => good.sendStatements({statements: [retake, retake]})),
    void: await told(() => good.voidStatement({actor: statement.actor, statementId: stored.id})),
    wrong: await told(() => client(XAPI.toBasicAuth(user, 'wrong')).sendStatement({statement}))
  };
});
