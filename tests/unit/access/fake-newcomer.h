/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake-newcomer: a device that wants to be paired: what the client library does, written down again
 * from the contract and not from the hub's own code.
 */
#pragma once

#include "json-text.h"
#include "sign-key.h"

typedef struct {
  BhSignKey *key;
  guint8 nonce[32];
} FakeNewcomer;

void fake_newcomer_init(FakeNewcomer *newcomer);
void fake_newcomer_clear(FakeNewcomer *newcomer);

/* The body of POST /api/v1/pair by the link's @secret (text). */
json_t *fake_newcomer_pair(FakeNewcomer *newcomer, const char *secret, const char *name);

/* Checks @reply's MAC; returns the answer's JSON. */
json_t *fake_newcomer_read_answer(FakeNewcomer *newcomer, const char *secret, const char *name,
                                  const json_t *reply);

/* The bodies of a comparison; @asked: what the request was answered with. */
json_t *fake_newcomer_request(FakeNewcomer *newcomer, const char *name);
json_t *fake_newcomer_open(FakeNewcomer *newcomer, const json_t *asked);
json_t *fake_newcomer_ask_result(FakeNewcomer *newcomer, const json_t *asked);

/* The code that the device shows. */
char *fake_newcomer_get_code(FakeNewcomer *newcomer, const json_t *asked);

/* Checks @result's signature by the key of @asked; returns the answer's JSON. */
json_t *fake_newcomer_read_result(FakeNewcomer *newcomer, const json_t *asked,
                                  const json_t *result);
