/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "signature-check.h"

#include <string.h>

/* A signature takes some 100 us: as many are worth a worker's while. */
#define MIN_PART  8
#define MAX_PARTS 4

typedef struct {
  BhOperation *op; /* owned */
  guint n_keys;
  guint8 keys[BH_MEMBER_ROLL_MAX_KEYS][BH_OPERATION_KEY_BYTES];
  gboolean is_good;
} Job;

/* Its jobs are handed from the main context to workers, none to two, and back as a whole. */
struct _BhSignatureCheck {
  const BhOperationSigning *signing;
  GArray *jobs; /* of Job */
  guint n_open; /* parts that are not done; main context only */
};

static void
clear_job(gpointer data)
{
  bh_operation_unref(((Job *)data)->op);
}

BhSignatureCheck *
bh_signature_check_new(const BhOperationSigning *signing)
{
  BhSignatureCheck *check = g_new0(BhSignatureCheck, 1);

  check->signing = signing;
  check->jobs = g_array_new(FALSE, FALSE, sizeof(Job));
  g_array_set_clear_func(check->jobs, clear_job);
  return check;
}

void
bh_signature_check_free(BhSignatureCheck *check)
{
  if (check == NULL)
    return;
  g_array_unref(check->jobs);
  g_free(check);
}

guint
bh_signature_check_add(BhSignatureCheck *check, BhOperation *op, guint n_keys,
                       guint8 keys[BH_MEMBER_ROLL_MAX_KEYS][BH_OPERATION_KEY_BYTES])
{
  Job job = {.op = bh_operation_ref(op), .n_keys = n_keys};

  memcpy(job.keys, keys, n_keys * BH_OPERATION_KEY_BYTES);
  g_array_append_val(check->jobs, job);
  return check->jobs->len - 1;
}

guint
bh_signature_check_get_count(const BhSignatureCheck *check)
{
  return check->jobs->len;
}

static void
check_jobs(BhSignatureCheck *check, guint from, guint to)
{
  for (guint i = from; i < to; i++) {
    Job *job = &g_array_index(check->jobs, Job, i);

    for (guint k = 0; k < job->n_keys && !job->is_good; k++)
      job->is_good = bh_operation_verify(job->op, check->signing, job->keys[k]);
  }
}

void
bh_signature_check_run(BhSignatureCheck *check)
{
  check_jobs(check, 0, check->jobs->len);
}

/* Checks that workers have: a process that ends while one is inside libcrypto crashes there,
 * because that has cleaned up after itself by then. */
static GMutex running_mutex;
static GCond running_cond;
static guint n_running;

static void
count_running(gint change)
{
  g_mutex_lock(&running_mutex);
  n_running += (guint)change;
  if (n_running == 0)
    g_cond_broadcast(&running_cond);
  g_mutex_unlock(&running_mutex);
}

void
bh_signature_check_wait(void)
{
  g_mutex_lock(&running_mutex);
  while (n_running > 0)
    g_cond_wait(&running_cond, &running_mutex);
  g_mutex_unlock(&running_mutex);
}

/* What one worker takes of a check. */
typedef struct {
  BhSignatureCheck *check;
  guint from;
  guint to;
} Part;

static void
run_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Part *part = data;

  check_jobs(part->check, part->from, part->to);
  count_running(-1);
  g_task_return_boolean(task, TRUE);
}

static void
part_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) whole = user_data;
  BhSignatureCheck *check = g_task_get_task_data(whole);

  if (--check->n_open == 0)
    g_task_return_boolean(whole, TRUE);
}

static guint
count_parts(guint n_jobs)
{
  guint most = MIN(g_get_num_processors(), MAX_PARTS);

  return CLAMP(n_jobs / MIN_PART, 1, MAX(most, 1));
}

void
bh_signature_check_run_async(BhSignatureCheck *check, gpointer source, GAsyncReadyCallback callback,
                             gpointer data)
{
  g_autoptr(GTask) whole = g_task_new(source, NULL, callback, data);
  guint n_parts = count_parts(check->jobs->len);

  g_task_set_task_data(whole, check, NULL);
  check->n_open = n_parts;
  for (guint i = 0; i < n_parts; i++) {
    g_autoptr(GTask) task = g_task_new(NULL, NULL, part_cb, g_object_ref(whole));
    Part *part = g_new(Part, 1);

    part->check = check;
    part->from = check->jobs->len * i / n_parts;
    part->to = check->jobs->len * (i + 1) / n_parts;
    g_task_set_task_data(task, part, g_free);
    count_running(1);
    g_task_run_in_thread(task, run_thread);
  }
}

BhSignatureCheck *
bh_signature_check_run_finish(GAsyncResult *result)
{
  return g_task_get_task_data(G_TASK(result));
}

gboolean
bh_signature_check_get(const BhSignatureCheck *check, guint place)
{
  return g_array_index(check->jobs, Job, place).is_good;
}
