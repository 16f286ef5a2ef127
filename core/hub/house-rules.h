/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhHouseRules: what follows, everywhere and at once, when the books change: who was removed, or
 * has another role, is out of the rooms and off its channels; the others are told whom to let go
 * of; a table that was cleared ends its guests' connections; pages that show what changed fetch it
 * again.
 */
#pragma once

#include "hub-state.h"

typedef struct _BhHouseRules BhHouseRules;

/** bh_house_rules_new: @state must outlive it. */
BhHouseRules *bh_house_rules_new(BhHubState *state);
void bh_house_rules_free(BhHouseRules *rules);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhHouseRules, bh_house_rules_free)
