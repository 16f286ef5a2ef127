/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "turn-queue.h"

#include "store.h"

typedef struct {
  GTask *task; /* owned */
  BhTurn turn;
} Waiting;

void
bh_turn_queue_init(BhTurnQueue *queue, guint max)
{
  *queue = (BhTurnQueue){.max = max};
  g_queue_init(&queue->waiting);
}

/* A turn that ends at once comes back into this loop, not into another one within it. */
static void
run(BhTurnQueue *queue)
{
  if (queue->is_running)
    return;
  queue->is_running = TRUE;
  while (queue->task == NULL && !g_queue_is_empty(&queue->waiting)) {
    Waiting *waiting = g_queue_pop_head(&queue->waiting);

    queue->task = waiting->task;
    waiting->turn(g_task_get_source_object(queue->task), queue->task);
    g_free(waiting);
  }
  queue->is_running = FALSE;
}

gboolean
bh_turn_queue_add(BhTurnQueue *queue, GTask *task, BhTurn turn)
{
  GObject *book;
  Waiting *waiting;

  if (g_queue_get_length(&queue->waiting) >= queue->max) {
    g_task_return_new_error(task, BH_STORE_ERROR, BH_STORE_ERROR_FULL,
                            "too much is waiting to be written; try again later");
    g_object_unref(task);
    return FALSE;
  }
  waiting = g_new0(Waiting, 1);
  waiting->task = task;
  waiting->turn = turn;
  g_queue_push_tail(&queue->waiting, waiting);
  book = g_object_ref(g_task_get_source_object(task)); /* a turn may end with the last task */
  run(queue);
  g_object_unref(book);
  return TRUE;
}

void
bh_turn_queue_next(BhTurnQueue *queue)
{
  /* The last task may be the last that holds the book, and the queue is part of that. */
  GTask *task = g_steal_pointer(&queue->task);

  run(queue);
  g_clear_object(&task);
}
