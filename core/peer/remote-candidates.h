/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhRemoteCandidates: the other side's candidates on their way to ICE: kept while their description
 * is not there yet, sorted by generation, and with their `<uuid>.local` names resolved.
 */
#pragma once

#include "ice-candidate.h"
#include "name-resolver.h"

typedef struct _BhRemoteCandidates BhRemoteCandidates;

/* Each more is left out. */
#define BH_REMOTE_CANDIDATES_MAX_EARLY     32
#define BH_REMOTE_CANDIDATES_MAX_RESOLVING 16

/* @candidate: UDP, with an address; borrowed for the call */
typedef void (*BhRemoteCandidatesUse)(const BhIceCandidate *candidate, const char *ufrag,
                                      gpointer user_data);

/**
 * bh_remote_candidates_new:
 * @resolver: (nullable): referenced
 */
BhRemoteCandidates *bh_remote_candidates_new(BhNameResolver *resolver, BhRemoteCandidatesUse use,
                                             gpointer user_data);

/** bh_remote_candidates_set_generation: a description came; kept candidates of it are used now. */
void bh_remote_candidates_set_generation(BhRemoteCandidates *self, const char *ufrag);

/** bh_remote_candidates_get_generation: Returns: (nullable) */
const char *bh_remote_candidates_get_generation(BhRemoteCandidates *self);

/**
 * bh_remote_candidates_add:
 * @ufrag: (nullable): overrides the one in the line
 *
 * Returns: %FALSE exactly when @error is set (BH_ICE_CANDIDATE_ERROR)
 */
gboolean bh_remote_candidates_add(BhRemoteCandidates *self, const char *line, const char *ufrag,
                                  GError **error);

/** bh_remote_candidates_settle: a pair works; names that failed are not asked for again. */
void bh_remote_candidates_settle(BhRemoteCandidates *self);

/**
 * bh_remote_candidates_stop: ends what is being resolved; @use is not called any more. May be
 * called inside @use, and twice.
 */
void bh_remote_candidates_stop(BhRemoteCandidates *self);

/** bh_remote_candidates_free: not inside @use */
void bh_remote_candidates_free(BhRemoteCandidates *self);
