/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPastWord: what this hub itself said in the time between a backup and its restore, or a
 * copy of its folder and its return, and hears again from its devices.
 *
 * Its books are as they were at the backup: they know nothing of a phone that was lost the day
 * after and removed. The removal is in the log, signed with the hub's key, and whoever has it sends
 * it. So it is done again in the books: devices are removed, have the role and name that the log
 * says, people are gone who had been removed; and who changed and changed back is known anew, for
 * others hold that its membership of before is void. The log's own order decides where the hub has
 * said something else since.
 *
 * A plain struct; one main context.
 */
#pragma once

#include "property.h"

typedef struct _BhHubState BhHubState;
typedef struct _BhPastWord BhPastWord;

BhPastWord *bh_past_word_new(BhProperty *property, const BhHubState *state);
void bh_past_word_free(BhPastWord *word);
