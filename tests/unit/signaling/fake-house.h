/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FakeHouse: a server that lets in by proof, with its key, books and log. FakeDevice: a paired
 * device that keeps to the protocol, written against the transcripts and not against join-proof.c.
 */
#pragma once

#include "device-book.h"
#include "exchange-key.h"
#include "fake-client.h"
#include "frame-seal.h"
#include "sign-key.h"

typedef struct {
  char *folder;
  BhStore *store;
  BhSignKey *hub_key;
  BhGate gate;
  BhSignalingServer *server;
  BhRemote outside; /* plain ws from an address of another network */
  BhRemote secure;  /* wss from there */
} FakeHouse;

/** fake_house_new: serves the tenant "hotel"; not open unless @open. */
FakeHouse *fake_house_new(gboolean open);
void fake_house_free(FakeHouse *house);

typedef struct {
  FakeHouse *house;
  FakeClient *client;
  BhSignKey *key;
  char *device_id;
  guint8 nonce[32];
  BhExchangeKey *exchange; /* NULL: it sends no key */
  json_t *challenge;
  char *peer_id;     /* as challenged */
  BhFrameSeal *seal; /* from the proof on */
} FakeDevice;

/** fake_device_new: paired as @role and @name; without a connection. */
FakeDevice *fake_device_new(FakeHouse *house, BhRole role, const char *name);

/** fake_device_new_stranger: has a key, and an id that nobody knows. */
FakeDevice *fake_device_new_stranger(FakeHouse *house);
void fake_device_free(FakeDevice *device);

/** fake_device_connect: @remote: (nullable); ends a connection before it. */
void fake_device_connect(FakeDevice *device, const BhRemote *remote);

/** fake_device_ask: @more: further members of the join, or NULL; the answer stays in the inbox. */
void fake_device_ask(FakeDevice *device, gboolean with_key, const char *more);

/** fake_device_take_challenge: takes it, checks the server's proof, keeps what it said. */
void fake_device_take_challenge(FakeDevice *device);

/** fake_device_sign: Returns: (transfer full): its proof for the challenge that it keeps */
char *fake_device_sign(FakeDevice *device);

/** fake_device_start_sealing: from now on, where keys were exchanged. */
void fake_device_start_sealing(FakeDevice *device);

/** fake_device_prove: says the proof and starts sealing. */
void fake_device_prove(FakeDevice *device);

/** fake_device_take: Returns: (transfer full) (nullable): the oldest message, opened */
json_t *fake_device_take(FakeDevice *device);
json_t *fake_device_expect(FakeDevice *device, const char *type);
void fake_device_expect_error(FakeDevice *device, const char *code);

/** fake_device_say: sealed where it must be. */
void fake_device_say(FakeDevice *device, const char *text);

/** fake_device_join: all of it; Returns: (transfer full): the `joined` */
json_t *fake_device_join(FakeDevice *device, const char *more);
