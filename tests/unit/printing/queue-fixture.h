/* SPDX-License-Identifier: Apache-2.0 */
/*
 * queue-fixture: a print queue over a store in a temporary folder, with short time limits.
 */
#pragma once

#include "fake-printer.h"
#include "print-queue-private.h"

typedef struct {
  char *folder;
  BhStore *store;
  BhPrintQueue *queue;
  BhLimitSet limits;
  BhPrinterTiming timing;
  GString *told; /* "job:state" or "job:state/detail", each after a space */
} QueueFixture;

/* For printers added from now on that do not answer: they are not waited for that long. */
void queue_fixture_expect_silence(QueueFixture *fixture);

void queue_fixture_init(QueueFixture *fixture);
void queue_fixture_clear(QueueFixture *fixture);

/* Store and queue; printers are added before queue_fixture_start(). */
void queue_fixture_open(QueueFixture *fixture);
void queue_fixture_close(QueueFixture *fixture);
void queue_fixture_add(QueueFixture *fixture, const char *name, const FakePrinter *printer);
void queue_fixture_start(QueueFixture *fixture);

/* Submits JSON as device "till"; returns the state, or -1 - the error's code. */
int queue_fixture_submit(QueueFixture *fixture, const char *json);
int queue_fixture_submit_as(QueueFixture *fixture, const BhPrintSender *sender, const char *json);

/* Submits {jobId: @job, content: {text: @job}}. */
void queue_fixture_print(QueueFixture *fixture, const char *job, const char *printer);

/* 0, or -1 - the error's code. */
int queue_fixture_reprint(QueueFixture *fixture, const char *job);
int queue_fixture_reprint_on(QueueFixture *fixture, const char *job, const char *printer);

/* Cancels the job: 0, or -1 - the error's code. */
int queue_fixture_cancel(QueueFixture *fixture, const char *job);

/* Runs the loop until `told` has @words (no time limit but the test's own of 20 s). */
void queue_fixture_wait(QueueFixture *fixture, const char *words);
void queue_fixture_wait_until(gboolean (*is_so)(gpointer data), gpointer data);

/* The state of @job in the store, with "/detail". */
char *queue_fixture_get_state(QueueFixture *fixture, const char *job);
json_t *queue_fixture_list(QueueFixture *fixture);
json_t *queue_fixture_list_paper(QueueFixture *fixture);

/* Runs @sql on the closed database. */
void queue_fixture_sql(QueueFixture *fixture, const char *sql);

/* A queue with one printer called "bar", started; and its end. */
void queue_fixture_begin(QueueFixture *fixture, FakePrinter *printer);
void queue_fixture_end(QueueFixture *fixture, FakePrinter *printer);

/* The state in the store. */
void queue_fixture_assert_state(QueueFixture *fixture, const char *job, const char *expected);

/* What was told of @job ends with @expected; other jobs may come in between. */
void queue_fixture_assert_told(QueueFixture *fixture, const char *job, const char *expected);
void queue_fixture_assert_told_before(QueueFixture *fixture, const char *first, const char *second);

/* More than the buffers of a connection take. */
char *queue_fixture_make_large_job(const char *job);
