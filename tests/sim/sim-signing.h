/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim-signing: keys of a simulated property, and signatures that cost two sums: they catch
 * changed bytes and mixed-up keys, no forger.
 */
#pragma once

#include "operation.h"
#include "sign-key.h"

/** sim_signing_fake: the key is a BhSignKey; documents of the hub are really signed all the same.
 */
extern const BhOperationSigning sim_signing_fake;

/**
 * sim_key_new:
 * @seed: (nullable): base64url of 32 bytes: it is the private key; anything else: it follows from
 *   @name, as it does in signing.mjs
 */
BhSignKey *sim_key_new(const char *seed, const char *name);

/** sim_random_seed: from here on the program's random bytes follow from @seed. */
void sim_random_seed(const char *seed);
