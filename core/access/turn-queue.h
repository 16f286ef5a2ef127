/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhTurnQueue: changes of one book, one after the other. Each looks at what the one before has
 * committed, so two that come together (two guests at one table, a confirmation and a clearing)
 * meet no half-done state. Private to the room; main context only.
 *
 * A plain struct inside the book. A task holds the book, so the queue is empty when the book goes.
 */
#pragma once

#include <gio/gio.h>

/**
 * BhTurn:
 * @book: the task's source object
 * @task: (transfer none): alive until bh_turn_queue_next()
 *
 * It is @task's turn. The turn returns the task, at once or later, and then calls
 * bh_turn_queue_next().
 */
typedef void (*BhTurn)(gpointer book, GTask *task);

typedef struct {
  GQueue waiting; /* of the queue's own */
  GTask *task;    /* owned: whose turn it is */
  gboolean is_running;
  guint max;
} BhTurnQueue;

/** bh_turn_queue_init: @max: calls waiting at a time */
void bh_turn_queue_init(BhTurnQueue *queue, guint max);

/**
 * bh_turn_queue_add:
 * @task: (transfer full):
 *
 * Returns: %FALSE: too many are waiting, and @task has been returned with BH_STORE_ERROR_FULL
 */
gboolean bh_turn_queue_add(BhTurnQueue *queue, GTask *task, BhTurn turn);

/** bh_turn_queue_next: the turn is over. Nothing of the book may be used after it. */
void bh_turn_queue_next(BhTurnQueue *queue);
