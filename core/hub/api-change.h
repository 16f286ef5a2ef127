/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhApiChange: a change that somebody asked for by the API, on its way to the store: what is to be
 * answered then, and what the history will say of it.
 *
 * A plain struct; one completion ends it.
 */
#pragma once

#include "hub-state.h"

typedef struct {
  BhApiCall *call; /* answered by the completion */
  BhHubState *state;
  const char *kind; /* static: of the history's entry */
  char *subject;    /* (nullable): whom or what it concerns, by name */
  char *detail;     /* (nullable) */
} BhApiChange;

/** bh_api_change_new: @subject, @detail: (nullable): copied */
BhApiChange *bh_api_change_new(BhApiCall *call, BhHubState *state, const char *kind,
                               const char *subject, const char *detail);
void bh_api_change_free(BhApiChange *change);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhApiChange, bh_api_change_free)

/** bh_api_change_note: writes it into the history, with who asked. Before the call is answered. */
void bh_api_change_note(const BhApiChange *change);

/** bh_api_change_done: notes it and answers. @body: (transfer full) */
void bh_api_change_done(const BhApiChange *change, guint status, json_t *body);
