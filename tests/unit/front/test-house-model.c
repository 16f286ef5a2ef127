/* SPDX-License-Identifier: Apache-2.0 */
#include "house-model.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <math.h>
#include <string.h>

#include "control-client.h"

/* A hub that answers what a test says it does. */
typedef struct {
  char *folder;
  SoupServer *server; /* (nullable): nobody serves the socket */
  const char *status, *devices, *printers, *alerts, *backup;
  guint n_status, n_jobs; /* times asked */
  guint n_changed;        /* times that the model told of something */
  char *posted;           /* (nullable): body of the last POST */
  guint refuse;           /* status of an answer to a POST; 0: it is taken */

  BhHouseModel *model;
  gboolean over;
  json_t *answer;
  GError *error;
} Fixture;

static void
answer(SoupServerMessage *message, guint status, const char *text)
{
  soup_server_message_set_status(message, status, NULL);
  soup_server_message_set_response(message, "application/json", SOUP_MEMORY_COPY, text,
                                   strlen(text));
}

static void
handle(SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
       gpointer user_data)
{
  Fixture *fixture = user_data;

  if (g_str_equal(soup_server_message_get_method(message), "POST")) {
    SoupMessageBody *body = soup_server_message_get_request_body(message);
    g_autoptr(GBytes) bytes = soup_message_body_flatten(body);

    g_free(fixture->posted);
    fixture->posted = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    if (fixture->refuse != 0)
      answer(message, fixture->refuse, "{\"code\":\"last-manager\",\"detail\":\"No.\"}");
    else
      answer(message, 200, "{\"done\":true}");
  } else if (g_str_equal(path, "/api/v1/status")) {
    fixture->n_status++;
    answer(message, 200, fixture->status);
  } else if (g_str_equal(path, "/api/v1/devices"))
    answer(message, 200, fixture->devices);
  else if (g_str_equal(path, "/api/v1/printers"))
    answer(message, 200, fixture->printers);
  else if (g_str_equal(path, "/api/v1/alerts"))
    answer(message, 200, fixture->alerts);
  else if (g_str_equal(path, "/api/v1/backup"))
    answer(message, 200, fixture->backup);
  else if (g_str_equal(path, "/api/v1/jobs")) {
    fixture->n_jobs++;
    answer(message, 200,
           "[{\"deviceId\":\"d\",\"jobId\":\"1\"},{\"deviceId\":\"e\",\"jobId\":\"1\"}]");
  } else
    answer(message, 200, "{}");
}

static void
serve(Fixture *fixture)
{
  g_autofree char *path = g_build_filename(fixture->folder, BH_CONTROL_SOCKET_NAME, NULL);
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
  g_autoptr(GError) error = NULL;

  fixture->server = soup_server_new(NULL, NULL);
  soup_server_add_handler(fixture->server, NULL, handle, fixture, NULL);
  soup_server_listen(fixture->server, address, 0, &error);
  g_assert_no_error(error);
}

static void
on_changed(BhHouseModel *model, Fixture *fixture)
{
  fixture->n_changed++;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp("bellhop-model-XXXXXX", NULL);
  fixture->devices = "{\"devices\":[{\"deviceId\":\"a\",\"name\":\"Anna\"}]}";
  fixture->printers = "[{\"name\":\"bar\",\"label\":\"Bar\",\"state\":\"idle\"}]";
  fixture->alerts = "{\"alerts\":[]}";
  fixture->backup = "{\"enabled\":true,\"last\":{\"timeMs\":1},\"error\":null}";
  fixture->status = "{\"uptimeMs\":1,\"log\":{\"localShare\":0.5},"
                    "\"endpoint\":{\"roundTripMs\":null}}";
  fixture->model = bh_house_model_new(fixture->folder);
  g_signal_connect(fixture->model, "changed", G_CALLBACK(on_changed), fixture);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename(fixture->folder, BH_CONTROL_SOCKET_NAME, NULL);

  bh_house_model_close(fixture->model);
  g_object_unref(fixture->model);
  g_clear_object(&fixture->server);
  while (g_main_context_iteration(NULL, FALSE))
    ;
  g_clear_pointer(&fixture->answer, json_decref);
  g_clear_error(&fixture->error);
  g_free(fixture->posted);
  g_unlink(path);
  g_rmdir(fixture->folder);
  g_free(fixture->folder);
}

static void
wait_for_state(Fixture *fixture, BhHouseState state)
{
  while (bh_house_model_get_state(fixture->model) != state)
    g_main_context_iteration(NULL, TRUE);
}

static void
test_the_house_is_well(Fixture *fixture, gconstpointer data)
{
  guint n_values;
  const double *values;

  g_assert_cmpint(bh_house_model_get_state(fixture->model), ==, BH_HOUSE_STARTING);
  g_assert_false(bh_house_model_is_serving(fixture->model));
  serve(fixture);
  bh_house_model_set_place(fixture->model, BH_HUB_HERE, "");
  wait_for_state(fixture, BH_HOUSE_WELL);
  g_assert_true(bh_house_model_is_serving(fixture->model));
  g_assert_cmpstr(bh_house_model_get_sentence(fixture->model), ==,
                  "Everything is working. 1 device and 1 printer, all on your own network.");
  g_assert_cmpuint(bh_house_list_get_count(bh_house_model_get_devices(fixture->model)), ==, 1);
  values = bh_house_model_get_history(fixture->model, BH_HOUSE_MEASURE_LOCAL_SHARE, &n_values);
  g_assert_cmpuint(n_values, ==, 1);
  g_assert_cmpfloat(values[0], ==, 50);
  values = bh_house_model_get_history(fixture->model, BH_HOUSE_MEASURE_LATENCY, &n_values);
  g_assert_true(n_values == 1 && isnan(values[0]));
  /* Nobody looks: what only a window shows is not asked. */
  g_assert_cmpuint(fixture->n_jobs, ==, 0);
}

static void
test_what_wants_somebody_comes_first(Fixture *fixture, gconstpointer data)
{
  fixture->printers = "[{\"name\":\"bar\",\"label\":\"Bar\",\"state\":\"waiting\","
                      "\"detail\":\"paper-out\"}]";
  fixture->alerts = "{\"alerts\":[{\"alertId\":\"1\",\"kind\":\"screen-silent\"}]}";
  serve(fixture);
  bh_house_model_set_place(fixture->model, BH_HUB_HERE, "");
  wait_for_state(fixture, BH_HOUSE_ATTENTION);
  g_assert_cmpstr(bh_house_model_get_headline(fixture->model), ==,
                  "The printer “Bar” is out of paper.");
  fixture->printers = "[]";
  bh_house_model_refresh(fixture->model);
  while (!g_str_equal(bh_house_model_get_headline(fixture->model),
                      "1 thing needs somebody’s attention."))
    g_main_context_iteration(NULL, TRUE);
  fixture->alerts = "{\"alerts\":[]}";
  bh_house_model_refresh(fixture->model);
  wait_for_state(fixture, BH_HOUSE_WELL);
}

static void
test_what_is_in_doubt_wants_somebody(Fixture *fixture, gconstpointer data)
{
  fixture->status = "{\"log\":{},\"print\":{\"uncertain\":2}}";
  serve(fixture);
  bh_house_model_set_place(fixture->model, BH_HUB_HERE, "");
  wait_for_state(fixture, BH_HOUSE_ATTENTION);
  g_assert_cmpuint(bh_house_model_get_doubts(fixture->model), ==, 2);
  g_assert_cmpstr(bh_house_model_get_headline(fixture->model), ==,
                  "2 pages may not have come out. Look at Printers.");
  fixture->status = "{\"log\":{},\"print\":{\"uncertain\":0}}";
  bh_house_model_refresh(fixture->model);
  wait_for_state(fixture, BH_HOUSE_WELL);
}

/* The backup is asked after the first round. */
static void
test_a_backup_that_failed_is_not_all_well(Fixture *fixture, gconstpointer data)
{
  /* Also where the last good one is of a clock that was ahead. */
  fixture->backup = data;
  serve(fixture);
  bh_house_model_set_place(fixture->model, BH_HUB_HERE, "");
  wait_for_state(fixture, BH_HOUSE_WELL);
  bh_house_model_refresh(fixture->model);
  wait_for_state(fixture, BH_HOUSE_ATTENTION);
  g_assert_cmpstr(bh_house_model_get_headline(fixture->model), ==,
                  "The last backup did not succeed. The settings say why.");
}

static void
ask_again(Fixture *fixture)
{
  guint n_status = fixture->n_status;

  /* The second one begins when the first is over; one that is under way takes up both wishes. */
  while (fixture->n_status < n_status + 2) {
    bh_house_model_refresh(fixture->model);
    g_main_context_iteration(NULL, TRUE);
  }
}

static void
test_what_is_known_is_not_told_again(Fixture *fixture, gconstpointer data)
{
  guint n_changed;

  /* What is measured moves through the chart with each round; of nothing there is no share. */
  fixture->status = "{\"uptimeMs\":2,\"log\":{\"localShare\":1,\"operations\":{\"http\":0}}}";
  serve(fixture);
  bh_house_model_set_place(fixture->model, BH_HUB_HERE, "");
  wait_for_state(fixture, BH_HOUSE_WELL);
  ask_again(fixture);
  n_changed = fixture->n_changed;
  fixture->status = "{\"uptimeMs\":3,\"log\":{\"localShare\":1,\"operations\":{\"http\":0}}}";
  ask_again(fixture);
  ask_again(fixture);
  g_assert_cmpuint(fixture->n_changed, ==, n_changed);
  /* The words of a device, and no other device. */
  fixture->devices = "{\"devices\":[{\"deviceId\":\"a\",\"name\":\"Marta\"}]}";
  ask_again(fixture);
  ask_again(fixture);
  g_assert_cmpuint(fixture->n_changed, ==, n_changed + 1);
}

/* As a device does that joins: without anybody's doing here, and before it is time again. */
static void
test_what_the_status_betrays_is_asked(Fixture *fixture, gconstpointer data)
{
  serve(fixture);
  bh_house_model_set_watched(fixture->model, TRUE);
  bh_house_model_set_place(fixture->model, BH_HUB_HERE, "");
  wait_for_state(fixture, BH_HOUSE_WELL);
  fixture->devices = "{\"devices\":[]}";
  fixture->status = "{\"signaling\":{\"messages\":1}}";
  while (bh_house_list_get_count(bh_house_model_get_devices(fixture->model)) > 0)
    g_main_context_iteration(NULL, TRUE);
  g_assert_cmpuint(fixture->n_status, <=, 3);
}

static void
test_who_looks_sees_the_queue(Fixture *fixture, gconstpointer data)
{
  serve(fixture);
  bh_house_model_set_watched(fixture->model, TRUE);
  bh_house_model_set_place(fixture->model, BH_HUB_HERE, "");
  wait_for_state(fixture, BH_HOUSE_WELL);
  g_assert_cmpuint(fixture->n_jobs, ==, 0);
  bh_house_model_hold_part(fixture->model, BH_HOUSE_PART_JOBS);
  while (bh_house_list_get_count(bh_house_model_get_jobs(fixture->model)) == 0)
    g_main_context_iteration(NULL, TRUE);
  g_assert_cmpuint(fixture->n_jobs, ==, 1);
  /* Two devices may use the same name for a job. */
  g_assert_cmpuint(bh_house_list_get_count(bh_house_model_get_jobs(fixture->model)), ==, 2);
}

static void
call_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->answer = bh_house_model_call_finish(BH_HOUSE_MODEL(source), result, &fixture->error);
  fixture->over = TRUE;
}

static void
call(Fixture *fixture, const char *path, json_t *body, GCancellable *cancellable)
{
  fixture->over = FALSE;
  bh_house_model_call_async(fixture->model, path, body, cancellable, call_cb, fixture);
  g_assert_false(fixture->over);
  while (!fixture->over)
    g_main_context_iteration(NULL, TRUE);
}

static void
test_actions_are_followed_by_a_look(Fixture *fixture, gconstpointer data)
{
  guint n_status;

  serve(fixture);
  bh_house_model_set_place(fixture->model, BH_HUB_HERE, "");
  wait_for_state(fixture, BH_HOUSE_WELL);
  n_status = fixture->n_status;
  fixture->devices = "{\"devices\":[]}";
  call(fixture, "devices/revoke", json_pack("{s:s}", "deviceId", "a"), NULL);
  g_assert_no_error(fixture->error);
  g_assert_cmpstr(fixture->posted, ==, "{\"deviceId\":\"a\"}");
  while (bh_house_list_get_count(bh_house_model_get_devices(fixture->model)) > 0)
    g_main_context_iteration(NULL, TRUE);
  g_assert_cmpuint(fixture->n_status, >, n_status);
}

static void
test_refusals_keep_their_code(Fixture *fixture, gconstpointer data)
{
  serve(fixture);
  fixture->refuse = 409;
  call(fixture, "devices/revoke", json_object(), NULL);
  g_assert_null(fixture->answer);
  g_assert_error(fixture->error, BH_CONTROL_ERROR, BH_CONTROL_ERROR_REFUSED);
  g_assert_cmpstr(bh_control_error_get_code(fixture->error), ==, "last-manager");
}

static void
test_actions_can_be_cancelled(Fixture *fixture, gconstpointer data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new();

  serve(fixture);
  g_cancellable_cancel(cancellable);
  call(fixture, "devices/revoke", json_object(), cancellable);
  g_assert_error(fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_a_hub_that_goes_is_said(Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename(fixture->folder, BH_CONTROL_SOCKET_NAME, NULL);

  serve(fixture);
  bh_house_model_set_watched(fixture->model, TRUE);
  bh_house_model_set_place(fixture->model, BH_HUB_ELSEWHERE, "");
  wait_for_state(fixture, BH_HOUSE_WELL);
  soup_server_disconnect(fixture->server);
  g_clear_object(&fixture->server);
  g_unlink(path);
  bh_house_model_refresh(fixture->model);
  wait_for_state(fixture, BH_HOUSE_LOST);
  g_assert_false(bh_house_model_is_serving(fixture->model));
  /* It comes back, and is found without anybody's doing. */
  serve(fixture);
  wait_for_state(fixture, BH_HOUSE_WELL);
}

static void
test_a_pause_is_no_loss(Fixture *fixture, gconstpointer data)
{
  serve(fixture);
  bh_house_model_set_place(fixture->model, BH_HUB_HERE, "");
  wait_for_state(fixture, BH_HOUSE_WELL);
  bh_house_model_set_place(fixture->model, BH_HUB_PAUSED, "");
  g_assert_cmpint(bh_house_model_get_state(fixture->model), ==, BH_HOUSE_PAUSED);
  bh_house_model_set_place(fixture->model, BH_HUB_STOPPED, "Port 8080 is taken.");
  g_assert_cmpint(bh_house_model_get_state(fixture->model), ==, BH_HOUSE_STOPPED);
  g_assert_cmpstr(bh_house_model_get_detail(fixture->model), ==, "Port 8080 is taken.");
}

int
main(int argc, char **argv)
{
  g_setenv("LC_ALL", "C.UTF-8", TRUE);
  g_test_init(&argc, &argv, NULL);
#define ADD(path, run) g_test_add("/front/house-model/" path, Fixture, NULL, set_up, run, tear_down)
  ADD("well", test_the_house_is_well);
  ADD("attention", test_what_wants_somebody_comes_first);
  ADD("doubts", test_what_is_in_doubt_wants_somebody);
  g_test_add("/front/house-model/backup", Fixture,
             "{\"enabled\":true,\"last\":{\"timeMs\":1},\"error\":{\"timeMs\":2}}", set_up,
             test_a_backup_that_failed_is_not_all_well, tear_down);
  g_test_add("/front/house-model/backup-of-a-clock-ahead", Fixture,
             "{\"enabled\":true,\"last\":{\"timeMs\":9},\"error\":{\"timeMs\":2}}", set_up,
             test_a_backup_that_failed_is_not_all_well, tear_down);
  ADD("betrayed", test_what_the_status_betrays_is_asked);
  ADD("quiet", test_what_is_known_is_not_told_again);
  ADD("watched", test_who_looks_sees_the_queue);
  ADD("action", test_actions_are_followed_by_a_look);
  ADD("refusal", test_refusals_keep_their_code);
  ADD("cancel", test_actions_can_be_cancelled);
  ADD("lost", test_a_hub_that_goes_is_said);
  ADD("paused", test_a_pause_is_no_loss);
#undef ADD
  return g_test_run();
}
