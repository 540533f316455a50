// Credo's wallet fetches an SD-JWT VC that a link offers, and verifies it itself: the issuer's signature, the type
// metadata, the status list, and that it is bound to the wallet's key. stdin: {"link", "txCode": optional}.
// stdout: {"credentials": compact SD-JWTs}.
import 'reflect-metadata';
import {Agent, ConsoleLogger, InjectionSymbols, Kms, LogLevel, RecordNotFoundError} from '@credo-ts/core';
import {NodeInMemoryKeyManagementStorage, NodeKeyManagementService, agentDependencies} from '@credo-ts/node';
import {OpenId4VcModule} from '@credo-ts/openid4vc';

// Records in memory, for one run.
class Memory {
  supportsCursorPagination = false;
  records = new Map();
  async save(_, record) { this.records.set(record.id, record); }
  async update(_, record) { this.records.set(record.id, record); }
  async delete(_, record) { this.records.delete(record.id); }
  async deleteById(_, kind, id) { this.records.delete(id); }
  async getById(_, kind, id) {
    if(!this.records.has(id)) {
      throw new RecordNotFoundError(`no ${id}`, {recordType: kind.type});
    }
    return this.records.get(id);
  }
  async getAll(_, kind) { return [...this.records.values()].filter(one => one.type === kind.type); }
  async findByQuery(context, kind) { return this.getAll(context, kind); }
}

async function readInput() {
  const chunks = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

const {link, txCode} = await readInput();
const storage = new Memory();
const agent = new Agent({
  config: {logger: new ConsoleLogger(LogLevel.off), autoUpdateStorageOnStartup: true},
  dependencies: agentDependencies,
  modules: {
    kms: new Kms.KeyManagementModule({backends: [new NodeKeyManagementService(new NodeInMemoryKeyManagementStorage())]}),
    storage: {register: manager => manager.registerInstance(InjectionSymbols.StorageService, storage)},
    openid4vc: new OpenId4VcModule()
  }
});
await agent.initialize();

async function credentialBindingResolver() {
  const {publicJwk} = await agent.kms.createKey({type: {kty: 'EC', crv: 'P-256'}});
  return {method: 'jwk', keys: [Kms.PublicJwk.fromPublicJwk(publicJwk)]};
}

const holder = agent.openid4vc.holder;
const resolvedCredentialOffer = await holder.resolveCredentialOffer(link);
const token = await holder.requestToken({resolvedCredentialOffer, txCode});
const {credentials} = await holder.requestCredentials({
  resolvedCredentialOffer, ...token, verifyCredentialStatus: true, credentialBindingResolver
});
const [{record, notificationId}] = credentials;
await holder.sendNotification({
  metadata: resolvedCredentialOffer.metadata, notificationId, accessToken: token.accessToken,
  notificationEvent: 'credential_accepted'
});
console.log(JSON.stringify({credentials: record.credentialInstances.map(one => one.compactSdJwtVc)}));
await agent.shutdown();
