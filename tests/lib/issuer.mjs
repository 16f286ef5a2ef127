// SPDX-License-Identifier: Apache-2.0
// Certificates of somebody else's authority.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** An authority of somebody else's, made by openssl: a root, and what it signed. */
export class Issuer {
  constructor(t) {
    this.folder = mkdtempSync(path.join(tmpdir(), 'issuer-'));
    t.after(() => rmSync(this.folder, { recursive: true, force: true }));
    this.#run('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=Root',
      '-keyout', 'Root.key', '-out', 'Root.pem', '-days', '2', '-addext', 'basicConstraints=critical,CA:true');
    this.root = this.read('Root.pem');
  }

  #run(...args) {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'pipe' });
  }

  read(name) {
    return readFileSync(path.join(this.folder, name), 'utf8');
  }

  issue(name, by, extensions) {
    this.#run('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${name}`,
      '-keyout', `${name}.key`, '-out', `${name}.csr`);
    writeFileSync(path.join(this.folder, `${name}.ext`), extensions);
    this.#run('x509', '-req', '-in', `${name}.csr`, '-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial',
      '-days', '2', '-extfile', `${name}.ext`, '-out', `${name}.pem`);
  }

  /** A leaf through one in between: {certificate, key} as the files to configure hold them. */
  make(leaf, between) {
    this.issue(between, 'Root', 'basicConstraints=critical,CA:true,pathlen:0\nkeyUsage=keyCertSign\n');
    this.issue(leaf, between, 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:cloud.example\n');
    return { certificate: this.read(`${leaf}.pem`) + this.read(`${between}.pem`), key: this.read(`${leaf}.key`) };
  }

  /** As whoever renews certificates does it: whole files, put in place one after the other. */
  put({ certificate, key }) {
    for (const [name, text] of [['shown.pem', certificate], ['shown.key', key]]) {
      writeFileSync(path.join(this.folder, 'new'), text);
      renameSync(path.join(this.folder, 'new'), path.join(this.folder, name));
    }
  }

  get args() {
    return ['--tls-certificate', path.join(this.folder, 'shown.pem'), '--tls-key', path.join(this.folder, 'shown.key')];
  }
}
