/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "doctor-api.h"

#include "doctor-facts.h"
#include "doctor-look.h"
#include "doctor-visits.h"
#include "rate-table.h"

/* A page that looks for the hub asks a few times, and again a minute later. */
#define REACH_PER_MINUTE 60
#define MAX_ASKERS       1024

struct _BhDoctorApi {
  BhHubState *state;
  const BhSettings *settings;
  BhSecureDoor *door;
  BhDoctorVisits *visits;
  BhRateTable *rates;
  gulong changed_id;
  guint told_id;
};

static gint64
get_now_ms(void)
{
  return g_get_real_time() / 1000;
}

/* --- what the cloud is to know --- */

static gboolean on_told_old(gpointer user_data);

/* Who does not get here asks there. */
static void
tell_cloud(BhDoctorApi *self)
{
  gint64 up_ms = (g_get_monotonic_time() - self->state->started_us) / 1000;
  gint64 next_ms;
  BhVisitors visitors = bh_doctor_visits_judge(self->visits, up_ms, get_now_ms(), &next_ms);

  if (self->state->cloud != NULL)
    bh_cloud_desk_set_visitors(self->state->cloud, visitors);
  if (self->told_id == 0 && next_ms > 0)
    self->told_id = g_timeout_add((guint)next_ms, on_told_old, self);
}

static gboolean
on_told_old(gpointer user_data)
{
  BhDoctorApi *self = user_data;

  self->told_id = 0;
  tell_cloud(self);
  return G_SOURCE_REMOVE;
}

static void
on_links_changed(BhHouseLinks *links, BhDoctorApi *self)
{
  bh_doctor_visits_set_networks(self->visits, bh_house_links_get_networks(links),
                                bh_house_links_get_addresses(links));
}

BhDoctorApi *
bh_doctor_api_new(BhHubState *state, const BhSettings *settings, BhSecureDoor *door)
{
  BhDoctorApi *self = g_new0(BhDoctorApi, 1);

  self->state = state;
  self->settings = settings;
  self->door = door;
  self->visits = bh_doctor_visits_new();
  self->rates = bh_rate_table_new(REACH_PER_MINUTE, MAX_ASKERS);
  self->changed_id = g_signal_connect(state->links, "changed", G_CALLBACK(on_links_changed), self);
  on_links_changed(state->links, self);
  tell_cloud(self);
  return self;
}

void
bh_doctor_api_free(BhDoctorApi *api)
{
  g_clear_signal_handler(&api->changed_id, api->state->links);
  g_clear_handle_id(&api->told_id, g_source_remove);
  bh_doctor_visits_free(api->visits);
  bh_rate_table_free(api->rates);
  g_free(api);
}

/* --- who comes --- */

static void
on_visit(const BhRemote *remote, gpointer user_data)
{
  BhDoctorApi *self = user_data;

  if (bh_doctor_visits_note(self->visits, remote, get_now_ms()))
    tell_cloud(self);
}

/* --- a phone asks --- */

static json_t *
list_texts(const char *const *texts)
{
  json_t *list = json_array();

  for (guint i = 0; texts[i] != NULL; i++)
    json_array_append_new(list, json_string(texts[i]));
  return list;
}

static json_t *
describe_here(const BhDoctorApi *self, gboolean is_inside)
{
  BhHouseLinks *links = self->state->links;
  g_auto(GStrv) networks = bh_address_set_list(bh_house_links_get_networks(links));
  g_autoptr(json_t) told = bh_house_links_describe(links);
  json_t *here =
      json_pack("{s:s, s:s, s:O, s:O*}", "name", self->state->hub_name, "hostName",
                bh_house_links_get_host_name(links), "httpPort", json_object_get(told, "httpPort"),
                "httpsPort", json_object_get(json_object_get(told, "https"), "port"));

  if (is_inside) {
    json_object_set_new(here, "clouds", list_texts((const char *const *)self->settings->cloud));
    json_object_set_new(here, "addresses", list_texts(bh_house_links_get_addresses(links)));
    json_object_set_new(here, "networks", list_texts((const char *const *)networks));
  }
  return here;
}

/* A page that the hub has served at another of its addresses, at whichever of its ports. */
static gboolean
is_own_page(const BhDoctorApi *self, const char *origin)
{
  BhHouseLinks *links = self->state->links;
  g_auto(GStrv) names = bh_house_links_list_names(links);
  g_autoptr(GUri) uri = g_uri_parse(origin, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;

  return host != NULL && (g_strv_contains((const char *const *)names, host) ||
                          g_strv_contains(bh_house_links_get_addresses(links), host));
}

static void
allow_page(const BhDoctorApi *self, BhWebRequest *request)
{
  const char *origin = bh_web_request_get_origin(request);

  if (origin == NULL || !is_own_page(self, origin))
    return;
  bh_web_request_set_header(request, "Access-Control-Allow-Origin", origin);
  bh_web_request_set_header(request, "Cross-Origin-Resource-Policy", "cross-origin");
  bh_web_request_set_header(request, "Vary", "Origin");
}

static void
on_reach(BhWebRequest *request, gpointer user_data)
{
  BhDoctorApi *self = user_data;
  const BhRemote *remote = bh_web_request_get_remote(request);
  gboolean is_inside = bh_gate_is_inside(self->state->gate, remote);
  g_autofree char *address = bh_address_normalise(remote->address);
  g_autoptr(json_t) answer = NULL;

  if (!bh_rate_table_take_address(self->rates, remote->address, get_now_ms())) {
    bh_web_request_set_header(request, "Retry-After", "60");
    bh_web_request_respond_problem(request, 429, "rate-limited",
                                   "Too many questions; ask again in a minute.");
    return;
  }
  allow_page(self, request);
  answer =
      json_pack("{s:s, s:s, s:b, s:o}", "kind", "hub", "address", address != NULL ? address : "",
                "isInside", is_inside, "hub", describe_here(self, is_inside));
  bh_web_request_respond_json(request, 200, answer);
}

void
bh_doctor_api_serve(BhDoctorApi *doctor, BhWebServer *web)
{
  bh_web_server_mount(web, "GET", "/api/v1/reach", on_reach, doctor);
  bh_web_server_set_visitor(web, on_visit, doctor);
}

/* --- what is wrong here --- */

/* What the hub itself knows of its name; where it believes that all is well, the computer is asked.
 */
static void
gather_name(const BhDoctorApi *self, BhDoctorFacts *facts)
{
  g_autoptr(json_t) told = bh_discovery_desk_describe(self->state->discovery);
  const char *state = json_string_value(json_object_get(told, "state"));

  if (g_strcmp0(state, "off") == 0)
    return;
  facts->host_name = g_strdup(bh_house_links_get_host_name(self->state->links));
  if (g_strcmp0(state, "no-service") == 0)
    facts->name = BH_DOCTOR_NAME_NO_SERVICE;
}

/* What the operations bear was the time once; the cloud has its own. */
static void
gather_clock(const BhDoctorApi *self, BhDoctorFacts *facts)
{
  BhHybridTime newest = bh_hybrid_clock_get(bh_property_get_clock(self->state->property));

  facts->clock_behind_ms = MAX(newest.ms - facts->now_ms, 0);
  if (self->state->cloud != NULL)
    facts->clock_compared =
        bh_cloud_desk_get_clock_ahead(self->state->cloud, &facts->clock_ahead_ms);
}

static BhDoctorFacts *
gather(const BhDoctorApi *self)
{
  BhDoctorFacts *facts = bh_doctor_facts_new();
  BhHouseLinks *links = self->state->links;
  g_autoptr(json_t) told = bh_house_links_describe(links);

  facts->now_ms = get_now_ms();
  facts->is_running = TRUE;
  facts->listen_address = g_strdup(self->settings->listen_address);
  facts->is_loopback_only = bh_settings_is_loopback(self->settings);
  facts->http_port = (guint16)json_integer_value(json_object_get(told, "httpPort"));
  facts->https_port =
      (guint16)json_integer_value(json_object_get(json_object_get(told, "https"), "port"));
  gather_name(self, facts);
  gather_clock(self, facts);
  facts->certificate_end_ms = bh_secure_door_get_end_ms(self->door);
  facts->last_visit_ms = bh_doctor_visits_get_last_ms(self->visits);
  facts->outside = g_strdup(bh_doctor_visits_get_outside(self->visits, &facts->outside_ms));
  facts->networks = bh_doctor_visits_describe(self->visits);
  g_strfreev(facts->addresses);
  facts->addresses = g_strdupv((char **)bh_house_links_get_addresses(links));
  return facts;
}

typedef struct {
  BhDoctorFacts *facts;
  char *state_folder;
} Examination;

static void
examination_free(gpointer data)
{
  Examination *examination = data;

  bh_doctor_facts_free(examination->facts);
  g_free(examination->state_folder);
  g_free(examination);
}

static void
examine(GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Examination *examination = task_data;

  bh_doctor_look(examination->facts, examination->state_folder);
  g_task_return_boolean(task, TRUE);
}

static void
examine_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  const Examination *examination = g_task_get_task_data(G_TASK(result));

  bh_api_call_respond(user_data, 200, bh_doctor_describe(examination->facts));
}

static void
on_doctor(BhApiCall *call, gpointer user_data)
{
  BhDoctorApi *self = user_data;
  g_autoptr(GTask) task = g_task_new(NULL, NULL, examine_cb, call);
  Examination *examination = g_new0(Examination, 1);

  examination->facts = gather(self);
  examination->state_folder = g_strdup(self->settings->state_folder);
  g_task_set_task_data(task, examination, examination_free);
  g_task_run_in_thread(task, examine);
}

void
bh_doctor_api_add(BhDoctorApi *doctor, BhApi *api)
{
  bh_api_add(api, "GET", "/api/v1/doctor", BH_ACTION_READ_STATUS, on_doctor, doctor);
}
