/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhDoctorFacts: what is so on the hub's computer, as far as it decides whether a phone sees the
 * hub; and what is found by it: a sentence for each thing that is looked at, and what to do.
 *
 * The findings are made of the facts alone: no socket, no file, no clock.
 */
#pragma once

#include <gio/gio.h>

#include "json-text.h"

typedef enum {
  BH_DOCTOR_FIREWALL_UNKNOWN, /* it cannot be read without the administrator's password */
  BH_DOCTOR_FIREWALL_NONE,    /* nothing filters */
  BH_DOCTOR_FIREWALL_OPEN,    /* it lets the hub's ports through */
  BH_DOCTOR_FIREWALL_CLOSED,  /* it does not */
  BH_DOCTOR_FIREWALL_ACTIVE,  /* there is one, and its rules cannot be read */
} BhDoctorFirewall;

typedef enum {
  BH_DOCTOR_NAME_UNASKED,    /* no hub runs, or it has no business in the network */
  BH_DOCTOR_NAME_WORKING,    /* leads to this computer */
  BH_DOCTOR_NAME_NO_SERVICE, /* nothing here announces names */
  BH_DOCTOR_NAME_SILENT,     /* nobody answers for it */
  BH_DOCTOR_NAME_TAKEN,      /* leads to somebody else */
} BhDoctorName;

typedef struct {
  gint64 now_ms;

  /* The hub. */
  gboolean is_running;
  char *problem; /* (nullable): why nothing is known of a hub that does run, in words */
  char *listen_address;
  gboolean is_loopback_only;
  guint16 http_port, https_port; /* 0: none, or not known */
  char *host_name;               /* (nullable): "bellhop-xxxx.local", where it is announced */
  gint64 certificate_end_ms;     /* 0: not known */
  gint64 last_visit_ms;          /* another device of the hub's networks; 0: none since start */
  char *outside;                 /* (nullable): who came last from another network */
  gint64 outside_ms;
  json_t *networks; /* (nullable): see bh_doctor_visits_describe() */

  /* The computer. */
  char **addresses; /* as links have them, best first */
  char *vpn;        /* (nullable): the interface that everything else goes through */
  BhDoctorFirewall firewall;
  char *firewall_name; /* (nullable): "ufw", "firewalld", "nftables" */
  BhDoctorName name;
  char *name_owner;         /* (nullable): the address that the name leads to, where not here */
  gint64 clock_behind_ms;   /* of what was written before; at least so much, or 0 */
  gint64 clock_ahead_ms;    /* of the cloud's; negative: behind */
  gboolean clock_compared;  /* with the cloud's */
  gboolean clock_kept;      /* by the network's time (NTP), as the kernel says */
  guint64 free_bytes;       /* where the hub keeps everything */
  gboolean free_known;
} BhDoctorFacts;

typedef enum {
  BH_DOCTOR_GOOD,
  BH_DOCTOR_UNSURE, /* cannot be known from here: what to try */
  BH_DOCTOR_BAD,
} BhDoctorState;

typedef struct {
  const char *id;      /* static: "hub", "network", "listen", "visits", "firewall"... */
  BhDoctorState state;
  char *what;
  char *advice; /* (nullable): exactly where the state is not good */
} BhDoctorFinding;

BhDoctorFacts *bh_doctor_facts_new(void);
void bh_doctor_facts_free(BhDoctorFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhDoctorFacts, bh_doctor_facts_free)

/**
 * bh_doctor_find:
 *
 * Returns: (transfer full) (element-type BhDoctorFinding): the gravest are not first: the order is
 *   the one in which a person would look
 */
GPtrArray *bh_doctor_find(const BhDoctorFacts *facts);

/**
 * bh_doctor_describe:
 *
 * Returns: (transfer full): {isWell, findings: [{id, state, what, advice or null}], facts}
 */
json_t *bh_doctor_describe(const BhDoctorFacts *facts);
