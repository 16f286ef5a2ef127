/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhLogWatch: what is wrong in the log goes to the history, for the manager: identities that were
 * used twice, and operations that were set aside or refused; once a minute for each device and
 * reason, however many there are.
 *
 * Owned by the hub's log; one main context.
 */
#pragma once

#include "property.h"

/* Of hub-state.h. */
typedef struct _BhHubState BhHubState;
typedef struct _BhLogWatch BhLogWatch;

/* Entries of the history. Subject: the device's name; detail: the reason, or the identity. */
#define BH_LOG_WATCH_ASIDE    "operations-aside"
#define BH_LOG_WATCH_CONFLICT "operation-conflict"

BhLogWatch *bh_log_watch_new(BhProperty *property, const BhHubState *state);
void bh_log_watch_free(BhLogWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhLogWatch, bh_log_watch_free)
