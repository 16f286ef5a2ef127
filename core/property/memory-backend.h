/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhMemoryBackend: operations in memory, for tests and simulations: commits happen when the test
 * says so, a commit can be made to fail, and what is committed can be copied as a crash would find
 * it.
 *
 * Completions come from the main context, as a disk's do.
 */
#pragma once

#include "operation-backend.h"

#define BH_TYPE_MEMORY_BACKEND (bh_memory_backend_get_type())
G_DECLARE_FINAL_TYPE(BhMemoryBackend, bh_memory_backend, BH, MEMORY_BACKEND, GObject)

/**
 * bh_memory_backend_new:
 * @automatic: commits by itself; else only by bh_memory_backend_commit()
 *
 * A call that waits holds the backend, and through its callback whoever made it: commit or drop
 * what is left.
 */
BhMemoryBackend *bh_memory_backend_new(gboolean automatic);

/** bh_memory_backend_copy: Returns: (transfer full): one with what is committed in @backend */
BhMemoryBackend *bh_memory_backend_copy(BhMemoryBackend *backend, gboolean automatic);

/**
 * bh_memory_backend_commit:
 *
 * Carries out all calls that wait, reads too; their completions come in the next turns of the loop.
 *
 * Returns: how many there were
 */
guint bh_memory_backend_commit(BhMemoryBackend *backend);

/** bh_memory_backend_commit_some: as commit, for at most @n calls. */
guint bh_memory_backend_commit_some(BhMemoryBackend *backend, guint n);

/** bh_memory_backend_drop: a crash: what waits is not done and completes with CLOSED, as all later
 * calls do. What is committed can still be copied. */
void bh_memory_backend_drop(BhMemoryBackend *backend);

/** bh_memory_backend_get_waiting: calls that wait. */
guint bh_memory_backend_get_waiting(BhMemoryBackend *backend);

/** bh_memory_backend_fail: the next @n appends and checkpoints fail with @code. */
void bh_memory_backend_fail(BhMemoryBackend *backend, guint n, gint code);
