//! The table itself. Read it as: whoever heads the column does what the address says to the thing of
//! the row, and gets the status of the cell.
//!
//! Things: `-` nothing, `me` oneself, `device` and `subscription` one of one's own devices and where
//! it takes pushes (`own`) or a stranger's,
//! `member` a family member, `client` the circle's own one, `matched` a new one with its mentor, `held` an acknowledged alert, `closed` a
//! decided one, `pair` one with another of the same family, `action` what its pod's supervisor is to do about one, `agency-line` a number of an agency, `date` one that the circle's mentor has made with its client,
//! `connection` one of its practitioner with a mentor, `goal` one of its client's own, `household` a new family,
//! `case` an open one of such a family, `contact` one that the circle's mentor has logged, `draft` and
//! `version` rules of the authority's own, `coming` a shift to come of somebody who is none of the callers, and
//! `swap` a request of theirs to a colleague. Places: `own` the callers' own circle, `pod` another family of the same pod with its
//! own practitioner and mentor, `other` another pod, `away` another authority. `cover` is a
//! supervising social worker who only covers the pod.

use std::fmt;

use reqwest::Method;

/// Who stands in which column.
pub(super) const COLUMNS: [&str; 7] = [
    "family_member",
    "peer_mentor",
    "family_practitioner",
    "supervising_social_worker",
    "cover",
    "service_manager",
    "nobody",
];

/// What everybody may do.
#[rustfmt::skip]
pub(super) const TABLE: &str = "
                                            fam ment prac superv cover mana nobody
# Signing in and joining.
POST /sessions
    me                                      401  200  200  200  200  200  401
POST /sessions/refresh
    me                                      200  200  200  200  200  200  401
POST /sessions/unlock
    me                                      200  401  401  401  401  401  401
POST /sessions/way-back
    me                                      202  202  202  202  202  202  202
DELETE /sessions/current
    me                                      204  204  204  204  204  204  401
POST /invitations
    family own                              403  403  201  403  403  201  401
    family pod                              403  403  422  403  403  201  401
    family other                            403  403  422  403  403  201  401
    family away                             403  403  422  403  403  422  401
    pod own                                 403  403  403  403  403  201  401
    pod other                               403  403  403  403  403  201  401
    pod away                                403  403  403  403  403  422  401
GET /invitations
    -                                       403  403  200  403  403  200  401
DELETE /invitations/{id}
    invitation own                          403  403  204  403  403  204  401
    invitation pod                          403  403  404  403  403  204  401
    invitation other                        403  403  404  403  403  204  401
    invitation away                         403  403  404  403  403  404  401
POST /invitations/accept
    invitation own                          201  201  201  201  201  201  201

# The own account.
GET /accounts/me
    me                                      200  200  200  200  200  200  401
PUT /accounts/me/notice
    me                                      200  200  200  200  200  200  401
PUT /accounts/me/password
    me                                      204  204  204  204  204  204  401
GET /accounts/me/devices
    me                                      200  200  200  200  200  200  401
DELETE /accounts/me/devices
    me                                      204  204  204  204  204  204  401
DELETE /accounts/me/devices/{id}
    device own                              204  204  204  204  204  204  401
    device pod                              404  404  404  404  404  404  401
    device other                            404  404  404  404  404  404  401
    device away                             404  404  404  404  404  404  401
GET /push/key
    me                                      200  200  200  200  200  200  401
POST /push/subscriptions
    me                                      201  201  201  201  201  201  401
DELETE /push/subscriptions/{id}
    subscription own                        204  204  204  204  204  204  401
    subscription pod                        404  404  404  404  404  404  401
    subscription other                      404  404  404  404  404  404  401
    subscription away                       404  404  404  404  404  404  401
POST /accounts/me/email-verification
    me                                      403  202  202  202  202  202  401
POST /accounts/me/email-verification/confirmation
    me                                      403  422  422  422  422  422  401
PUT /accounts/me/phone-number
    me                                      202  403  202  202  202  202  401
POST /accounts/me/phone-number/confirmation
    me                                      409  403  409  409  409  409  401
DELETE /accounts/me/phone-number
    me                                      204  403  204  204  204  204  401
POST /accounts/me/second-factor
    me                                      403  201  201  201  201  201  401
POST /accounts/me/second-factor/confirmation
    me                                      409  409  409  409  409  409  401
DELETE /accounts/me/second-factor
    me                                      409  409  409  409  409  409  401

# People.
GET /accounts
    -                                       403  403  200  200  200  200  401
GET /accounts/{id}
    member own                              403  403  200  200  200  200  401
    member pod                              403  403  404  200  200  200  401
    member other                            403  403  404  404  404  200  401
    member away                             403  403  404  404  404  404  401
    mentor own                              403  403  200  200  200  200  401
    mentor other                            403  403  404  404  404  200  401
    mentor away                             403  403  404  404  404  404  401
    practitioner own                        403  403  200  200  200  200  401
    manager own                             403  403  404  404  404  200  401
    manager away                            403  403  404  404  404  404  401
GET /accounts/{id}/connections
    mentor own                              403  403  403  403  403  200  401
    mentor pod                              403  403  403  403  403  200  401
    mentor other                            403  403  403  403  403  200  401
    mentor away                             403  403  403  403  403  404  401
POST /accounts/{id}/connections
    mentor own                              403  403  403  403  403  201  401
    mentor pod                              403  403  403  403  403  201  401
    mentor other                            403  403  403  403  403  201  401
    mentor away                             403  403  403  403  403  404  401
POST /connections/{id}/ending
    connection own                          403  403  403  403  403  200  401
    connection pod                          403  403  403  403  403  200  401
    connection other                        403  403  403  403  403  200  401
    connection away                         403  403  403  403  403  404  401
GET /accounts/{id}/reading-hours
    mentor own                              403  404  200  200  200  200  401
    mentor pod                              403  404  200  200  200  200  401
    mentor other                            403  404  404  404  404  200  401
    mentor away                             403  404  404  404  404  404  401
PUT /accounts/{id}/reading-hours
    mentor own                              403  404  403  200  200  200  401
    mentor pod                              403  404  403  200  200  200  401
    mentor other                            403  404  403  404  404  200  401
    mentor away                             403  404  403  404  404  404  401
POST /accounts/{id}/re-enrolment
    member own                              403  403  201  403  403  201  401
    member pod                              403  403  404  403  403  201  401
    member other                            403  403  404  403  403  201  401
    member away                             403  403  404  403  403  404  401
    mentor own                              403  403  403  403  403  201  401
    manager own                             403  403  404  403  403  201  401
    manager away                            403  403  404  403  403  404  401
DELETE /accounts/{id}/devices
    member own                              403  403  204  403  403  204  401
    member pod                              403  403  404  403  403  204  401
    member away                             403  403  404  403  403  404  401
    mentor own                              403  403  403  403  403  204  401
    mentor other                            403  403  404  403  403  204  401
GET /accounts/{id}/responsibilities
    mentor own                              403  403  403  200  200  200  401
    mentor other                            403  403  403  404  404  200  401
    mentor away                             403  403  403  404  404  404  401
    member own                              403  403  403  403  403  200  401
    practitioner own                        403  403  403  403  403  200  401
    manager own                             403  403  403  404  404  200  401
POST /accounts/{id}/suspension
    mentor own                              403  403  403  200  200  200  401
    mentor pod                              403  403  403  200  200  200  401
    mentor other                            403  403  403  404  404  200  401
    mentor away                             403  403  403  404  404  404  401
    member own                              403  403  403  403  403  200  401
    practitioner own                        403  403  403  403  403  200  401
    manager own                             403  403  403  404  404  200  401
DELETE /accounts/{id}/suspension
    suspended own                           403  403  403  200  200  200  401
    suspended pod                           403  403  403  200  200  200  401
    suspended other                         403  403  403  404  404  200  401
    suspended away                          403  403  403  404  404  404  401
POST /accounts/{id}/departure
    mentor own                              403  403  403  200  200  200  401
    mentor pod                              403  403  403  200  200  200  401
    mentor other                            403  403  403  404  404  200  401
    mentor away                             403  403  403  404  404  404  401
    practitioner own                        403  403  403  403  403  200  401
    manager away                            403  403  403  404  404  404  401
PUT /accounts/{id}/pod
    mentor own                              403  403  403  403  403  200  401
    mentor pod                              403  403  403  403  403  200  401
    practitioner other                      403  403  403  403  403  200  401
    mentor away                             403  403  403  403  403  404  401
PUT /accounts/{id}/qualified
    manager own                             403  403  403  403  403  200  401
    manager away                            403  403  403  403  403  404  401

# Pods, families, matches.
POST /pods
    -                                       403  403  403  403  403  201  401
GET /pods
    -                                       403  403  200  200  200  200  401
PUT /pods/{id}/supervising-social-worker
    pod own                                 403  403  403  403  403  200  401
    pod other                               403  403  403  403  403  200  401
    pod away                                403  403  403  403  403  404  401
PUT /pods/{id}/cover
    pod own                                 403  403  403  403  403  200  401
    pod other                               403  403  403  403  403  200  401
    pod away                                403  403  403  403  403  404  401
POST /pods/{id}/shifts
    pod own                                 403  403  403  403  403  201  401
    pod other                               403  403  403  403  403  201  401
    pod away                                403  403  403  403  403  404  401
GET /pods/{id}/shifts
    pod own                                 403  403  403  200  200  200  401
    pod other                               403  403  403  404  404  200  401
    pod away                                403  403  403  404  404  404  401
GET /pods/{id}/on-duty
    pod own                                 403  403  403  200  200  200  401
    pod other                               403  403  403  404  404  200  401
    pod away                                403  403  403  404  404  404  401
GET /cover/forecast
    -                                       403  403  403  200  200  200  401
POST /accounts/{id}/leave
    supervisor own                          403  403  403  403  403  201  401
    supervisor other                        403  403  403  403  403  201  401
    supervisor away                         403  403  403  403  403  404  401
    mentor own                              403  403  403  403  403  404  401
GET /accounts/{id}/leave
    supervisor own                          403  403  403  403  403  200  401
    supervisor other                        403  403  403  403  403  200  401
    supervisor away                         403  403  403  403  403  404  401
DELETE /leave/{id}
    leave own                               403  403  403  404  404  200  401
    leave other                             403  403  403  404  404  200  401
    leave away                              403  403  403  404  404  404  401
GET /shifts
    -                                       403  403  403  200  200  403  401
POST /shifts/{id}/swaps
    coming own                              403  403  403  403  403  403  401
    coming other                            403  403  403  404  404  403  401
    coming away                             403  403  403  404  404  403  401
GET /swaps
    -                                       403  403  403  200  200  200  401
POST /swaps/{id}/agreement
    swap own                                403  403  403  403  403  403  401
    swap other                              403  403  403  404  404  403  401
    swap away                               403  403  403  404  404  403  401
POST /swaps/{id}/refusal
    swap own                                403  403  403  403  403  403  401
    swap other                              403  403  403  404  404  403  401
    swap away                               403  403  403  404  404  403  401
DELETE /swaps/{id}
    swap own                                403  403  403  403  403  403  401
    swap other                              403  403  403  404  404  403  401
    swap away                               403  403  403  404  404  403  401
DELETE /shifts/{id}
    shift own                               403  403  403  403  403  200  401
    shift other                             403  403  403  403  403  200  401
    shift away                              403  403  403  403  403  404  401
POST /families
    pod own                                 403  403  201  403  403  201  401
    pod other                               403  403  422  403  403  201  401
    pod away                                403  403  422  403  403  422  401
GET /families
    -                                       403  403  200  200  200  200  401
GET /families/{id}
    family own                              403  403  200  200  200  200  401
    family pod                              403  403  404  200  200  200  401
    family other                            403  403  404  404  404  200  401
    family away                             403  403  404  404  404  404  401
GET /families/{id}/chronology
    family own                              403  403  200  200  422  422  401
    family pod                              403  403  404  200  422  422  401
    family other                            403  403  404  404  404  422  401
    family away                             403  403  404  404  404  404  401
GET /families/{id}/chronology?reason=supervision
    family own                              403  403  200  200  200  200  401
    family pod                              403  403  404  200  200  200  401
    family other                            403  403  404  404  404  200  401
    family away                             403  403  404  404  404  404  401
POST /families/{id}/cases
    household own                           403  403  201  201  201  201  401
    household pod                           403  403  404  201  201  201  401
    household other                         403  403  404  404  404  201  401
    household away                          403  403  404  404  404  404  401
GET /families/{id}/cases
    family own                              403  403  200  200  422  422  401
    family pod                              403  403  404  200  422  422  401
    family other                            403  403  404  404  404  422  401
    family away                             403  403  404  404  404  404  401
GET /families/{id}/cases?reason=supervision
    family own                              403  403  200  200  200  200  401
    family pod                              403  403  404  200  200  200  401
    family other                            403  403  404  404  404  200  401
    family away                             403  403  404  404  404  404  401
POST /cases/{id}/step-changes
    case own                                403  403  403  201  201  403  401
    case pod                                403  403  403  201  201  403  401
    case other                              403  403  403  404  404  403  401
    case away                               403  403  403  404  404  403  401
POST /cases/{id}/closure
    case own                                403  403  403  201  201  403  401
    case pod                                403  403  403  201  201  403  401
    case other                              403  403  403  404  404  403  401
    case away                               403  403  403  404  404  403  401
POST /cases/{id}/corrections
    case own                                403  403  403  201  201  403  401
    case pod                                403  403  403  201  201  403  401
    case other                              403  403  403  404  404  403  401
    case away                               403  403  403  404  404  403  401
PUT /families/{id}/pod
    family own                              403  403  403  403  403  200  401
    family pod                              403  403  403  403  403  200  401
    family other                            403  403  403  403  403  200  401
    family away                             403  403  403  403  403  404  401
POST /matches
    member own                              403  403  201  403  403  201  401
    member pod                              403  403  201  403  403  201  401
    member other                            403  403  422  403  403  201  401
    member away                             403  403  422  403  403  422  401
POST /matches/{id}/ending
    match own                               403  403  200  200  200  200  401
    match pod                               403  403  200  200  200  200  401
    match other                             403  403  404  404  404  200  401
    match away                              403  403  404  404  404  404  401
PUT /matches/{id}/cover
    match own                               403  403  200  200  200  200  401
    match pod                               403  403  200  200  200  200  401
    match other                             403  403  404  404  404  200  401
    match away                              403  403  404  404  404  404  401
PUT /matches/{id}/course
    match own                               403  403  200  200  200  200  401
    match pod                               403  403  200  200  200  200  401
    match other                             403  403  404  404  404  200  401
    match away                              403  403  404  404  404  404  401
DELETE /matches/{id}/cover
    match own                               403  403  204  204  204  204  401
    match pod                               403  403  204  204  204  204  401
    match other                             403  403  404  404  404  204  401
    match away                              403  403  404  404  404  404  401

# Whom to call, and how the service is.
GET /help-lines
    -                                       200  200  200  200  200  200  200
POST /help-lines
    -                                       403  403  403  403  403  201  401
PUT /help-lines/{id}
    line own                                403  403  403  403  403  200  401
    line away                               403  403  403  403  403  404  401
DELETE /help-lines/{id}
    line own                                403  403  403  403  403  204  401
    line away                               403  403  403  403  403  404  401
GET /agency-lines
    -                                       403  403  200  200  200  200  401
POST /agency-lines
    -                                       403  403  403  403  403  201  401
PUT /agency-lines/{id}
    agency-line own                         403  403  403  403  403  200  401
    agency-line away                        403  403  403  403  403  404  401
DELETE /agency-lines/{id}
    agency-line own                         403  403  403  403  403  204  401
    agency-line away                        403  403  403  403  403  404  401
GET /health/live
    -                                       200  200  200  200  200  200  200
GET /health/ready
    -                                       200  200  200  200  200  200  200
GET /metrics
    -                                       200  200  200  200  200  200  200
GET /api-spec/openapi.json
    -                                       200  200  200  200  200  200  200
GET /api-spec
    -                                       200  200  200  200  200  200  200
GET /api-spec/asyncapi.yaml
    -                                       200  200  200  200  200  200  200
GET /api-spec/page.css
    -                                       200  200  200  200  200  200  200
GET /api-spec/page.js
    -                                       200  200  200  200  200  200  200
GET /
    -                                       200  200  200  200  200  200  200
GET /problems
    -                                       200  200  200  200  200  200  200
GET /problems/{slug}
    -                                       200  200  200  200  200  200  200

# Talking. The pair; who answers for the family; whoever covers or manages only with a reason.
GET /conversations
    -                                       200  200  200  200  200  200  401
GET /conversations/{id}/messages
    talk own                                200  200  200  200  422  422  401
    talk pod                                404  404  404  200  422  422  401
    talk other                              404  404  404  404  404  422  401
    talk away                               404  404  404  404  404  404  401
GET /conversations/{id}/messages?reason=supervision
    talk own                                200  200  200  200  200  200  401
    talk pod                                404  404  404  200  200  200  401
    talk other                              404  404  404  404  404  200  401
    talk away                               404  404  404  404  404  404  401
POST /conversations/{id}/messages
    talk own                                201  201  404  404  404  404  401
    talk pod                                404  404  404  404  404  404  401
    talk other                              404  404  404  404  404  404  401
    talk away                               404  404  404  404  404  404  401
POST /conversations/{id}/read
    talk own                                200  200  404  404  404  404  401
    talk pod                                404  404  404  404  404  404  401
    talk other                              404  404  404  404  404  404  401
    talk away                               404  404  404  404  404  404  401
GET /conversations/{id}/held-messages
    talk own                                404  404  200  200  422  422  401
    talk pod                                404  404  404  200  422  422  401
    talk other                              404  404  404  404  404  422  401
    talk away                               404  404  404  404  404  404  401
POST /conversations/{id}/answered
    left own                                403  403  204  204  204  404  401
    left pod                                403  403  404  204  204  404  401
    left other                              403  403  404  404  404  404  401
    left away                               403  403  404  404  404  404  401
GET /inbox
    -                                       200  200  200  200  200  200  401
POST /inbox/seen
    -                                       204  204  204  204  204  204  401
GET /live
    -                                       400  400  400  400  400  400  400

# What worries us.
GET /needs
    -                                       403  200  200  200  200  200  401
POST /follow-ups/{id}/done
    follow-up own                           403  200  200  200  200  404  401
    follow-up pod                           403  404  404  200  200  404  401
    follow-up other                         403  404  404  404  404  404  401
    follow-up away                          403  404  404  404  404  404  401
POST /check-ins
    -                                       201  403  403  403  403  403  401
GET /check-ins?family_member_id={client}
    client own                              200  200  200  200  422  422  401
    client pod                              404  404  404  200  422  422  401
    client other                            404  404  404  404  404  422  401
    client away                             404  404  404  404  404  404  401
GET /check-in-templates
    -                                       200  200  200  200  200  200  401
POST /check-in-templates
    -                                       403  403  403  403  403  201  401
GET /check-in-rhythms/{id}
    client own                              200  200  200  200  422  422  401
    client pod                              404  404  404  200  422  422  401
    client other                            404  404  404  404  404  422  401
    client away                             404  404  404  404  404  404  401
PUT /check-in-rhythms/{id}
    client own                              403  200  200  200  403  403  401
    client pod                              403  404  404  200  403  403  401
    client other                            403  404  404  404  404  403  401
    client away                             403  404  404  404  404  403  401
DELETE /check-in-rhythms/{id}
    client own                              403  204  204  204  403  403  401
    client pod                              403  404  404  204  403  403  401
    client other                            403  404  404  404  404  403  401
    client away                             403  404  404  404  404  403  401
POST /goals
    client own                              201  201  201  201  403  403  401
    client pod                              404  404  404  201  403  403  401
    client other                            404  404  404  404  404  403  401
    client away                             404  404  404  404  404  403  401
GET /goals?family_member_id={client}
    client own                              200  200  200  200  422  422  401
    client pod                              404  404  404  200  422  422  401
    client other                            404  404  404  404  404  422  401
    client away                             404  404  404  404  404  404  401
POST /goals/{id}/entries
    goal own                                201  201  201  201  403  403  401
    goal pod                                404  404  404  201  403  403  401
    goal other                              404  404  404  404  404  403  401
    goal away                               404  404  404  404  404  404  401
GET /goals/{id}/entries
    goal own                                200  200  200  200  422  422  401
    goal pod                                404  404  404  200  422  422  401
    goal other                              404  404  404  404  404  422  401
    goal away                               404  404  404  404  404  404  401
POST /goals/{id}/ending
    goal own                                200  403  403  403  403  403  401
    goal pod                                404  404  404  403  403  403  401
    goal other                              404  404  404  404  404  403  401
    goal away                               404  404  404  404  404  404  401
GET /caseload
    -                                       403  403  200  200  422  422  401
POST /handover-notes
    matched own                             403  201  201  201  201  403  401
    matched pod                             403  404  404  201  201  403  401
    matched other                           403  404  404  404  404  403  401
    matched away                            403  404  404  404  404  403  401
GET /handover-notes?side=mentors&family_member_id={client}
    client own                              403  200  200  200  422  422  401
    client pod                              403  404  404  200  422  422  401
    client other                            403  404  404  404  404  422  401
    client away                             403  404  404  404  404  404  401
GET /handover-notes?side=workers&family_member_id={client}
    client own                              403  404  200  200  422  422  401
    client pod                              403  404  404  200  422  422  401
    client other                            403  404  404  404  404  422  401
    client away                             403  404  404  404  404  404  401
POST /contact-log
    client own                              403  201  201  201  201  403  401
    client pod                              403  404  404  201  201  403  401
    client other                            403  404  404  404  404  403  401
    client away                             403  404  404  404  404  403  401
GET /contact-log?family_member_id={client}
    client own                              403  200  200  200  422  422  401
    client pod                              403  404  404  200  422  422  401
    client other                            403  404  404  404  404  422  401
    client away                             403  404  404  404  404  404  401
POST /contact-log/{id}/withdrawal
    contact own                             403  200  403  200  403  403  401
    contact pod                             403  404  404  200  403  403  401
    contact other                           403  404  404  404  404  403  401
    contact away                            403  404  404  404  404  403  401
POST /dates
    client own                              403  201  201  201  403  403  401
    client pod                              403  404  404  201  403  403  401
    client other                            403  404  404  404  404  403  401
    client away                             403  404  404  404  404  403  401
GET /dates?family_member_id={client}
    client own                              200  200  200  200  422  422  401
    client pod                              404  404  404  200  422  422  401
    client other                            404  404  404  404  404  422  401
    client away                             404  404  404  404  404  404  401
PUT /dates/{id}
    date own                                403  200  200  200  403  403  401
    date pod                                403  404  404  200  403  403  401
    date other                              403  404  404  404  404  403  401
    date away                               403  404  404  404  404  403  401
PUT /dates/{id}/occurrence
    date own                                403  200  200  200  403  403  401
    date pod                                403  404  404  200  403  403  401
    date away                               403  404  404  404  404  403  401
POST /dates/{id}/cancellation
    date own                                403  200  200  200  403  403  401
    date pod                                403  404  404  200  403  403  401
    date other                              403  404  404  404  404  403  401
    date away                               403  404  404  404  404  403  401
POST /dates/{id}/reply
    date own                                201  403  403  403  403  403  401
    date pod                                404  403  403  403  403  403  401
    date other                              404  403  403  403  403  403  401
    date away                               404  403  403  403  403  403  401
GET /contact-plans/{id}
    client own                              200  200  200  200  422  422  401
    client pod                              404  404  404  200  422  422  401
    client other                            404  404  404  404  404  422  401
    client away                             404  404  404  404  404  404  401
POST /contact-plans/{id}/confirmation
    client own                              403  200  200  200  403  403  401
    client pod                              403  404  404  200  403  403  401
    client other                            403  404  404  404  404  403  401
    client away                             403  404  404  404  404  403  401
POST /contact-plans/{id}/stop
    matched own                             403  403  403  200  200  200  401
    matched pod                             403  403  403  200  200  200  401
    matched other                           403  403  403  404  404  200  401
    matched away                            403  403  403  404  404  404  401
POST /contact-plans/{id}/stop/ending
    client own                              403  403  403  200  200  200  401
    client pod                              403  403  403  200  200  200  401
    client other                            403  403  403  404  404  200  401
    client away                             403  403  403  404  404  404  401
PUT /contact-plans/{id}
    client own                              200  403  403  403  403  403  401
    client pod                              404  403  403  403  403  403  401
    client other                            404  403  403  403  403  403  401
    client away                             404  403  403  403  403  403  401
POST /concerns
    member own                              404  404  201  201  201  201  401
    client own                              201  201  201  201  201  201  401
    client pod                              404  404  201  201  201  201  401
    client other                            404  404  404  404  404  201  401
    client away                             404  404  404  404  404  404  401
POST /help
    -                                       201  403  403  403  403  403  401
GET /alerts
    -                                       404  404  200  200  200  200  401
GET /reading-list
    -                                       404  404  200  200  200  200  401
GET /alerts/{id}
    alert own                               404  404  200  200  200  200  401
    alert pod                               404  404  404  200  200  200  401
    alert other                             404  404  404  404  404  200  401
    alert away                              404  404  404  404  404  404  401
GET /alerts/{id}/occurrences
    alert own                               404  404  403  200  200  200  401
    alert pod                               404  404  404  200  200  200  401
    alert other                             404  404  404  404  404  200  401
    alert away                              404  404  404  404  404  404  401
GET /alerts/{id}/history
    alert own                               404  404  403  200  200  200  401
    alert pod                               404  404  404  200  200  200  401
    alert other                             404  404  404  404  404  200  401
    alert away                              404  404  404  404  404  404  401
POST /alerts/{id}/acknowledgement
    alert own                               404  404  403  200  200  200  401
    alert pod                               404  404  404  200  200  200  401
    alert other                             404  404  404  404  404  200  401
    alert away                              404  404  404  404  404  404  401
POST /alerts/{id}/handover
    held own                                404  404  403  200  409  409  401
    held pod                                404  404  404  200  409  409  401
    held other                              404  404  404  404  404  409  401
    held away                               404  404  404  404  404  404  401
POST /alerts/{id}/decision
    alert own                               404  404  403  409  409  403  401
    held own                                404  404  403  200  200  403  401
    held pod                                404  404  404  200  200  403  401
    held other                              404  404  404  404  404  403  401
    held away                               404  404  404  404  404  404  401
POST /alerts/{id}/calls
    alert own                               404  404  403  201  201  201  401
    alert pod                               404  404  404  201  201  201  401
    alert other                             404  404  404  404  404  201  401
    alert away                              404  404  404  404  404  404  401
GET /alerts/{id}/calls
    alert own                               404  404  403  200  200  200  401
    alert pod                               404  404  404  200  200  200  401
    alert other                             404  404  404  404  404  200  401
    alert away                              404  404  404  404  404  404  401
POST /alerts/{id}/exclusions
    alert own                               404  404  403  204  204  204  401
    alert pod                               404  404  404  204  204  204  401
    alert other                             404  404  404  404  404  204  401
    alert away                              404  404  404  404  404  404  401
POST /alerts/{id}/links
    pair own                                404  404  403  200  200  200  401
    pair pod                                404  404  404  200  200  200  401
    pair other                              404  404  404  404  404  200  401
    pair away                               404  404  404  404  404  404  401
GET /response-times
    -                                       403  403  403  200  200  200  401
POST /alerts/{id}/actions
    alert own                               404  404  403  201  201  201  401
    alert pod                               404  404  404  201  201  201  401
    alert other                             404  404  404  404  404  201  401
    alert away                              404  404  404  404  404  404  401
GET /alerts/{id}/actions
    alert own                               404  404  403  200  200  200  401
    alert pod                               404  404  404  200  200  200  401
    alert other                             404  404  404  404  404  200  401
    alert away                              404  404  404  404  404  404  401
GET /actions
    -                                       403  403  200  200  200  200  401
POST /actions/{id}/done
    action own                              403  403  404  200  200  200  401
    action pod                              403  403  404  200  200  200  401
    action other                            403  403  404  404  404  200  401
    action away                             403  403  404  404  404  404  401
GET /evaluation
    -                                       403  403  403  200  200  200  401
GET /evaluation?pod_id={pod}
    pod own                                 403  403  403  200  404  200  401
    pod other                               403  403  403  404  404  200  401
    pod away                                403  403  403  404  404  404  401
GET /evaluation.csv
    -                                       403  403  403  200  200  200  401
GET /evaluation.csv?pod_id={pod}
    pod own                                 403  403  403  200  404  200  401
    pod other                               403  403  403  404  404  200  401
    pod away                                403  403  403  404  404  404  401
GET /escalation-policies
    -                                       403  403  403  200  200  200  401
POST /escalation-policies
    -                                       403  403  403  403  403  201  401
POST /escalation-policies/{id}/agreement
    policy own                              403  403  403  403  403  200  401
    policy away                             403  403  403  403  403  404  401
POST /alerts/{id}/reopening
    closed own                              404  404  403  200  200  200  401
    closed pod                              404  404  404  200  200  200  401
    closed other                            404  404  404  404  404  200  401
    closed away                             404  404  404  404  404  404  401
GET /audit
    -                                       403  403  403  403  403  200  401

# The rules of screening an authority adds.
POST /lexicon/drafts
    -                                       403  403  403  403  403  201  401
GET /lexicon/drafts
    -                                       403  403  403  403  403  200  401
GET /lexicon/drafts/{id}
    draft own                               403  403  403  403  403  200  401
    draft away                              403  403  403  403  403  404  401
POST /lexicon/drafts/{id}/publication
    draft own                               403  403  403  403  403  200  401
    draft away                              403  403  403  403  403  404  401
POST /lexicon/bench
    -                                       403  403  403  403  403  200  401
GET /lexicon/versions
    -                                       403  403  403  403  403  200  401
GET /lexicon/versions/{id}
    version own                             403  403  403  403  403  200  401
POST /lexicon/versions/{id}/withdrawal
    version own                             403  403  403  403  403  200  401
GET /lexicon/rules
    -                                       403  403  403  403  403  200  401
";

/// One thing one address is tried on, and what everybody gets.
#[derive(Debug, Clone)]
pub(super) struct Row<'t> {
    /// Method and path, as the API's description writes them.
    pub(super) address: &'t str,
    call: &'t str,
    pub(super) noun: &'t str,
    pub(super) place: &'t str,
    statuses: Vec<u16>,
}

/// What one person gets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell<'t> {
    pub(super) column: &'t str,
    pub(super) status: u16,
}

impl Row<'_> {
    pub(super) fn cells(&self) -> Vec<Cell<'static>> {
        assert_eq!(
            self.statuses.len(),
            COLUMNS.len(),
            "a cell is missing: {self}"
        );
        let cells = COLUMNS.iter().zip(&self.statuses);
        cells
            .map(|(column, status)| Cell {
                column,
                status: *status,
            })
            .collect()
    }

    pub(super) fn method(&self) -> Method {
        self.call.split_once(' ').unwrap().0.parse().unwrap()
    }

    /// The path with its query, ids still to be filled in.
    pub(super) fn path(&self) -> &str {
        self.call.split_once(' ').unwrap().1
    }

    /// Whether each caller has a thing of their own.
    pub(super) fn is_per_caller(&self) -> bool {
        matches!(self.noun, "me" | "device" | "subscription")
    }

    /// Whether a wrong try is counted: it asks for no token, or for a code.
    pub(super) fn is_open_to_all(&self) -> bool {
        self.address.starts_with("POST /sessions")
            || self.address == "POST /invitations/accept"
            || self.address == "POST /accounts/me/email-verification/confirmation"
    }

    /// Whether it is about the service and not about people.
    pub(super) fn is_about_the_service(&self) -> bool {
        [
            "GET /health",
            "GET /metrics",
            "GET /api-spec",
            "GET /problems",
        ]
        .iter()
        .any(|start| self.address.starts_with(start))
            || self.address == "GET /"
    }
}

impl fmt::Display for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{} {}]", self.call, self.noun, self.place)
    }
}

/// The rows of the table.
pub(super) fn rows() -> impl Iterator<Item = Row<'static>> {
    let mut call = "";
    let lines = TABLE
        .lines()
        .skip(2)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(move |line| {
        if !line.starts_with(' ') {
            call = line;
            return None;
        }
        let mut words = line.split_whitespace().peekable();
        let noun = words.next().unwrap();
        let has_place = words
            .peek()
            .is_some_and(|word| word.parse::<u16>().is_err());
        let place = if has_place {
            words.next().unwrap()
        } else {
            "own"
        };
        Some(Row {
            address: call.split('?').next().unwrap(),
            call,
            noun,
            place,
            statuses: words.map(|word| word.parse().unwrap()).collect(),
        })
    })
}
