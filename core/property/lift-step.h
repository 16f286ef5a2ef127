/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhLiftStep: one way in which an operation of a kind adds to the record of its entity, as
 * kinds.json says it:
 * - `{"item": PATH, "value": V}`, `{"register": PATH, "value": V}`: an item, or a register of the
 *   version `body.version`; with `"each": F` one for each element of the array `body.F`;
 * - `{"registers": F, "at": PREFIX}`: a register for each member of `body.F`.
 *
 * V is `"*"`: the element, or without each the body; a list: an object of those members of the body
 * that are there, in the list's order; a name: that member of the body.
 * `{name}` in a path is the text of a member, of the element before the body, where null or nothing
 * reads `all`; an element that is a string stands under the name F itself. `{self}` is
 * `<logId>:<seq>`, `{deviceId}` the author.
 *
 * Immutable once made.
 */
#pragma once

#include "record.h"

typedef struct _BhLiftStep BhLiftStep;

/** bh_lift_step_new: @step: our own; what this does not understand ends the program */
BhLiftStep *bh_lift_step_new(const json_t *step);
void bh_lift_step_free(BhLiftStep *step);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhLiftStep, bh_lift_step_free)

/**
 * bh_lift_step_apply:
 * @op: its body fits the schema of its kind
 *
 * Returns: whether @into is another now
 */
gboolean bh_lift_step_apply(const BhLiftStep *step, const BhOperation *op, BhRecord *into);
