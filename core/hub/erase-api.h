/* SPDX-License-Identifier: Apache-2.0 */
/*
 * erase-api: words that somebody wants gone (protocol section 4): the hub writes a `redact`, and
 * what that operation gave is null on every replica, also where it comes again.
 *
 *   POST /api/v1/operations/erase {logId, seq, entity?}  -> {"erased": true}, once it is on the
 * disk
 *
 * Only what is words and nothing else: a message, a request, a note. What also says what was
 * ordered or paid stays, for the books must be right; the notes of guests stand by themselves
 * (command-order.c). What no replica applies may always be erased.
 */
#pragma once

#include "api.h"
#include "hub-state.h"

/** bh_erase_api_add: adds its route. @state: with property; outlives @api */
void bh_erase_api_add(BhApi *api, BhHubState *state);
