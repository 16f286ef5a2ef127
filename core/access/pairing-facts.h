/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPairingFacts: what a device is told of the hub when it is paired, beside its own record.
 */
#pragma once

#include "device.h"

/* From core/crypto; spelled here so that rooms which may not know that one can include this. */
typedef struct _BhSignKey BhSignKey;

/* As given by the owner: borrowed strings. */
typedef struct {
  const char *tenant_id;
  const char *hub_name;  /* the property's, for people */
  const char *host_name; /* "bellhop-xxxx.local" */
  const char *authority; /* (nullable): the authority's fingerprint in base64url; %NULL: no https */
} BhPairingFacts;

/** bh_pairing_facts_copy: Returns: (transfer full): with strings of its own */
BhPairingFacts *bh_pairing_facts_copy(const BhPairingFacts *facts);

/** bh_pairing_facts_free: of a copy. */
void bh_pairing_facts_free(BhPairingFacts *facts);

/**
 * bh_pairing_facts_answer:
 * @now_ms: UTC
 *
 * Returns: (transfer full): the answer's JSON text, with a fresh membership: the bytes that the hub
 *   proves
 */
GBytes *bh_pairing_facts_answer(const BhPairingFacts *facts, BhSignKey *hub, const BhDevice *device,
                                gint64 now_ms);
