//! The schema, one for both engines: what `migrations/` makes, as Diesel types.
//!
//! `tests/it/migrations.rs` selects every column here on both databases.
#![expect(
    missing_docs,
    reason = "what each table and column means is said in the migrations"
)]

diesel::table! {
    service_settings (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    authorities (id) {
        id -> Binary,
        name -> Text,
        created_at -> BigInt,
        live_lexicon -> Integer,
    }
}

diesel::table! {
    lexicon_versions (id) {
        id -> Binary,
        authority_id -> Binary,
        number -> Nullable<Integer>,
        rules -> Text,
        checksum -> Text,
        drafted_by -> Binary,
        drafted_at -> BigInt,
        published_by -> Nullable<Binary>,
        published_at -> Nullable<BigInt>,
        withdrawn_by -> Nullable<Binary>,
        withdrawn_at -> Nullable<BigInt>,
        withdrawal_asked_by -> Nullable<Binary>,
        withdrawal_asked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    lexicon_jobs (version_id, kind) {
        version_id -> Binary,
        kind -> Text,
        authority_id -> Binary,
        from_at -> BigInt,
        before_at -> BigInt,
        total -> Nullable<BigInt>,
        looked -> BigInt,
        one_in -> Integer,
        found -> Text,
        due_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    rule_false_alarms (authority_id, rule, alert_id) {
        authority_id -> Binary,
        rule -> Text,
        alert_id -> Binary,
        at -> BigInt,
    }
}

diesel::table! {
    pods (id) {
        id -> Binary,
        authority_id -> Binary,
        name -> Text,
        area -> Text,
        supervising_social_worker_id -> Nullable<Binary>,
        created_at -> BigInt,
    }
}

diesel::table! {
    families (id) {
        id -> Binary,
        authority_id -> Binary,
        pod_id -> Binary,
        reference -> Text,
        family_practitioner_id -> Nullable<Binary>,
        state -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    accounts (id) {
        id -> Binary,
        authority_id -> Binary,
        role -> Text,
        kind -> Nullable<Text>,
        display_name -> Text,
        email -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        status -> Text,
        language -> Text,
        pod_id -> Nullable<Binary>,
        family_id -> Nullable<Binary>,
        qualified -> Bool,
        second_factor_secret -> Nullable<Binary>,
        second_factor_confirmed_at -> Nullable<BigInt>,
        second_factor_last_step -> Nullable<BigInt>,
        notice_version -> Nullable<Text>,
        notice_language -> Nullable<Text>,
        notice_shown_at -> Nullable<BigInt>,
        created_at -> BigInt,
        email_verified_at -> Nullable<BigInt>,
        phone -> Nullable<Text>,
        phone_asked -> Nullable<Text>,
    }
}

diesel::table! {
    pod_supervisors (pod_id, from_at) {
        pod_id -> Binary,
        from_at -> BigInt,
        account_id -> Binary,
        until_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    pod_deputies (pod_id, position) {
        pod_id -> Binary,
        account_id -> Binary,
        position -> Integer,
    }
}

diesel::table! {
    cover_watches (authority_id) {
        authority_id -> Binary,
        due_at -> BigInt,
        daily_at -> BigInt,
    }
}

diesel::table! {
    cover_gaps (pod_id, from_at) {
        pod_id -> Binary,
        from_at -> BigInt,
        until_at -> BigInt,
        why -> Text,
    }
}

diesel::table! {
    leaves (id) {
        id -> Binary,
        authority_id -> Binary,
        account_id -> Binary,
        from_at -> BigInt,
        until_at -> BigInt,
        over_at -> BigInt,
        made_by -> Binary,
        made_at -> BigInt,
        ended_by -> Nullable<Binary>,
        ended_at -> Nullable<BigInt>,
        next_due_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    shifts (id) {
        id -> Binary,
        authority_id -> Binary,
        pod_id -> Binary,
        account_id -> Binary,
        from_at -> BigInt,
        until_at -> BigInt,
        over_at -> BigInt,
        made_by -> Binary,
        made_at -> BigInt,
        ended_by -> Nullable<Binary>,
        ended_at -> Nullable<BigInt>,
        next_due_at -> Nullable<BigInt>,
        made_for -> Nullable<Binary>,
    }
}

diesel::table! {
    swaps (id) {
        id -> Binary,
        authority_id -> Binary,
        shift_id -> Binary,
        in_return_for_id -> Nullable<Binary>,
        asked_by -> Binary,
        asked_of -> Binary,
        asked_at -> BigInt,
        ending -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    invitations (id) {
        id -> Binary,
        authority_id -> Binary,
        code_hash -> Binary,
        role -> Text,
        kind -> Nullable<Text>,
        display_name -> Text,
        email -> Nullable<Text>,
        pod_id -> Nullable<Binary>,
        family_id -> Nullable<Binary>,
        account_id -> Nullable<Binary>,
        invited_by -> Nullable<Binary>,
        created_at -> BigInt,
        expires_at -> BigInt,
        accepted_at -> Nullable<BigInt>,
        withdrawn_at -> Nullable<BigInt>,
        mailed -> Bool,
    }
}

diesel::table! {
    devices (id) {
        id -> Binary,
        account_id -> Binary,
        label -> Text,
        salt -> Binary,
        generation -> BigInt,
        wrong_pins -> Integer,
        pin_blocked_until -> BigInt,
        unlocked_until -> BigInt,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        ended_why -> Nullable<Text>,
    }
}

diesel::table! {
    recovery_codes (account_id, code_hash) {
        account_id -> Binary,
        code_hash -> Binary,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    known_places (account_id, place) {
        account_id -> Binary,
        place -> Binary,
        seen_at -> BigInt,
    }
}

diesel::table! {
    wrong_tries (key) {
        key -> Binary,
        tries -> Integer,
        last_at -> BigInt,
        blocked_until -> BigInt,
    }
}

diesel::table! {
    conversations (id) {
        id -> Binary,
        authority_id -> Binary,
        family_id -> Binary,
        family_member_id -> Binary,
        last_seq -> BigInt,
        last_received_at -> BigInt,
        created_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        waiting_since -> Nullable<BigInt>,
        waiting_messages -> BigInt,
        handed_up -> Integer,
        hand_up_at -> Nullable<BigInt>,
        receipt_at -> Nullable<BigInt>,
        receipt_after_seq -> Nullable<BigInt>,
        receipt_reads_from -> Nullable<BigInt>,
        introduced_on -> Nullable<Text>,
        tapers_from -> Nullable<Text>,
        ends_on -> Nullable<Text>,
        look_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    matches (id) {
        id -> Binary,
        authority_id -> Binary,
        family_member_id -> Binary,
        peer_mentor_id -> Binary,
        conversation_id -> Binary,
        matched_by -> Binary,
        started_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    conversation_members (conversation_id, account_id) {
        conversation_id -> Binary,
        account_id -> Binary,
        part -> Text,
        from_at -> BigInt,
        until_at -> Nullable<BigInt>,
        read_seq -> BigInt,
        delivered_seq -> BigInt,
        look_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    messages (conversation_id, seq) {
        conversation_id -> Binary,
        seq -> BigInt,
        author_id -> Binary,
        id -> Binary,
        body -> Binary,
        written_at -> Nullable<BigInt>,
        received_at -> BigInt,
        verdict -> Text,
        unread -> Bool,
        lexicon_version -> Text,
    }
}

diesel::table! {
    held_messages (author_id, id) {
        author_id -> Binary,
        id -> Binary,
        conversation_id -> Binary,
        body -> Binary,
        written_at -> Nullable<BigInt>,
        received_at -> BigInt,
        verdict -> Text,
        unread -> Bool,
        lexicon_version -> Text,
    }
}

diesel::table! {
    check_ins (family_member_id, id) {
        family_member_id -> Binary,
        id -> Binary,
        scale -> Integer,
        better -> Nullable<Binary>,
        wants_contact -> Bool,
        someone_makes_me_unsafe -> Nullable<Text>,
        received_at -> BigInt,
        verdict -> Text,
        unread -> Bool,
        lexicon_version -> Text,
        parts -> Nullable<Text>,
        template -> Nullable<Text>,
        corrects -> Nullable<Binary>,
        is_held -> Bool,
    }
}

diesel::table! {
    check_in_templates (authority_id, language, version) {
        authority_id -> Binary,
        language -> Text,
        version -> Integer,
        questions -> Text,
        made_by -> Binary,
        made_at -> BigInt,
    }
}

diesel::table! {
    check_in_rhythms (family_member_id) {
        family_member_id -> Binary,
        authority_id -> Binary,
        version -> Integer,
        is_on -> Bool,
        starts -> Text,
        zone -> Text,
        rule -> Text,
        window_hours -> Integer,
        set_by -> Binary,
        set_at -> BigInt,
    }
}

diesel::table! {
    check_in_asks (family_member_id, starts) {
        family_member_id -> Binary,
        starts -> Text,
        version -> Integer,
        due_at -> Nullable<BigInt>,
        state -> Text,
        asked_at -> Nullable<BigInt>,
        check_in_id -> Nullable<Binary>,
        settled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    follow_ups (id) {
        id -> Binary,
        authority_id -> Binary,
        family_member_id -> Binary,
        check_in_id -> Nullable<Binary>,
        date_id -> Nullable<Binary>,
        wants_contact -> Bool,
        is_low -> Bool,
        has_fallen -> Bool,
        missed -> Integer,
        is_unreached -> Bool,
        is_plan_due -> Bool,
        opened_at -> BigInt,
        tries -> Integer,
        last_outcome -> Nullable<Text>,
        last_by -> Nullable<Binary>,
        last_at -> Nullable<BigInt>,
        done_at -> Nullable<BigInt>,
        hand_up_at -> Nullable<BigInt>,
        is_held -> Bool,
        asks_change -> Bool,
        is_unattended -> Bool,
        date_starts -> Nullable<Text>,
        with_managers -> Bool,
    }
}

diesel::table! {
    reports (reporter_id, id) {
        reporter_id -> Binary,
        id -> Binary,
        family_member_id -> Binary,
        severity -> Text,
        category -> Text,
        note -> Binary,
        message_author_id -> Nullable<Binary>,
        message_id -> Nullable<Binary>,
        about_mentor -> Bool,
        received_at -> BigInt,
        verdict -> Text,
        lexicon_version -> Text,
        alert_id -> Nullable<Binary>,
    }
}

diesel::table! {
    report_implicated (reporter_id, report_id, account_id) {
        reporter_id -> Binary,
        report_id -> Binary,
        account_id -> Binary,
        named -> Bool,
    }
}

diesel::table! {
    screening_tries (author_id, source_id, source) {
        source -> Text,
        author_id -> Binary,
        source_id -> Binary,
        tries -> Integer,
        due_at -> BigInt,
    }
}

diesel::table! {
    help_calls (family_member_id, id) {
        family_member_id -> Binary,
        id -> Binary,
        received_at -> BigInt,
        alert_id -> Binary,
    }
}

diesel::table! {
    help_lines (id) {
        id -> Binary,
        authority_id -> Nullable<Binary>,
        locality -> Text,
        name -> Text,
        number -> Text,
        text_number -> Nullable<Text>,
        hours -> Text,
        position -> Integer,
        verified_on -> Text,
    }
}

diesel::table! {
    agency_lines (id) {
        id -> Binary,
        authority_id -> Binary,
        agency -> Text,
        area -> Nullable<Text>,
        name -> Text,
        number -> Text,
        hours -> Text,
        script -> Text,
        verified_on -> Text,
    }
}

diesel::table! {
    alerts (id) {
        id -> Binary,
        authority_id -> Binary,
        pod_id -> Binary,
        family_id -> Binary,
        family_member_id -> Binary,
        kind -> Text,
        possible_allegation -> Bool,
        severity -> Text,
        category -> Text,
        categories -> Text,
        state -> Text,
        fold_key -> Binary,
        policy_version -> Integer,
        raised_at -> BigInt,
        acknowledge_by -> BigInt,
        decide_by -> Nullable<BigInt>,
        holder_id -> Nullable<Binary>,
        acknowledged_at -> Nullable<BigInt>,
        next_due_at -> Nullable<BigInt>,
        step -> Integer,
        rung -> Integer,
        unreachable -> Bool,
        occurrence_count -> Integer,
        unseen_since -> Nullable<BigInt>,
        handed_to_id -> Nullable<Binary>,
        closed_at -> Nullable<BigInt>,
        seen_seq -> Integer,
        waits -> Nullable<Text>,
    }
}

diesel::table! {
    escalation_policies (id) {
        id -> Binary,
        authority_id -> Binary,
        version -> Integer,
        waits -> Text,
        looser -> Bool,
        reason -> Text,
        effective_from -> BigInt,
        made_by -> Binary,
        made_at -> BigInt,
        agreed_by -> Nullable<Binary>,
        agreed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    alert_occurrences (alert_id, seq) {
        alert_id -> Binary,
        seq -> Integer,
        source -> Text,
        source_author_id -> Binary,
        source_id -> Binary,
        severity -> Text,
        category -> Text,
        findings -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    alert_exclusions (alert_id, account_id) {
        alert_id -> Binary,
        account_id -> Binary,
        why -> Text,
        by_id -> Nullable<Binary>,
    }
}

diesel::table! {
    connections (id) {
        id -> Binary,
        authority_id -> Binary,
        one_id -> Binary,
        other_id -> Binary,
        marked_by -> Binary,
        marked_at -> BigInt,
        ended_by -> Nullable<Binary>,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    alert_tellings (alert_id, seq) {
        alert_id -> Binary,
        seq -> Integer,
        account_id -> Binary,
        step -> Integer,
        why -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    alert_repeats (account_id) {
        account_id -> Binary,
        due_at -> Nullable<BigInt>,
        told_at -> BigInt,
    }
}

diesel::table! {
    alert_deeds (alert_id, seq) {
        alert_id -> Binary,
        seq -> Integer,
        deed -> Text,
        actor_id -> Nullable<Binary>,
        at -> BigInt,
        detail -> Text,
        words -> Nullable<Binary>,
    }
}

diesel::table! {
    alert_calls (alert_id, seq) {
        alert_id -> Binary,
        seq -> Integer,
        id -> Binary,
        by_id -> Binary,
        agency -> Text,
        called_at -> BigInt,
        recorded_at -> BigInt,
        words -> Binary,
    }
}

diesel::table! {
    alert_actions (id) {
        id -> Binary,
        alert_id -> Binary,
        kind -> Text,
        agency -> Nullable<Text>,
        owner_id -> Nullable<Binary>,
        what -> Nullable<Binary>,
        made_by -> Nullable<Binary>,
        made_at -> BigInt,
        due_at -> BigInt,
        next_due_at -> Nullable<BigInt>,
        times_told -> Integer,
        done_at -> Nullable<BigInt>,
        done_by -> Nullable<Binary>,
        ending -> Nullable<Binary>,
    }
}

diesel::table! {
    alert_links (one_id, other_id) {
        one_id -> Binary,
        other_id -> Binary,
        by_id -> Binary,
        at -> BigInt,
    }
}

diesel::table! {
    inbox_heads (account_id) {
        account_id -> Binary,
        seq -> BigInt,
        seen_seq -> BigInt,
        has_channel -> Bool,
        call_due_at -> Nullable<BigInt>,
        call_urgency -> Integer,
    }
}

diesel::table! {
    inbox (account_id, seq) {
        account_id -> Binary,
        seq -> BigInt,
        event -> Text,
        subject_id -> Binary,
        subject_seq -> BigInt,
        detail -> Nullable<Text>,
        at -> BigInt,
        urgency -> Integer,
    }
}

diesel::table! {
    push_subscriptions (id) {
        id -> Binary,
        account_id -> Binary,
        device_id -> Binary,
        endpoint -> Text,
        p256dh -> Binary,
        auth -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    sendings (id) {
        id -> Binary,
        account_id -> Binary,
        channel -> Text,
        place_id -> Binary,
        urgency -> Integer,
        state -> Text,
        tries -> Integer,
        made_at -> BigInt,
        due_at -> Nullable<BigInt>,
        give_up_at -> BigInt,
        what -> Text,
    }
}

diesel::table! {
    sending_attempts (sending_id, number) {
        sending_id -> Binary,
        number -> Integer,
        channel -> Text,
        begun_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        outcome -> Text,
        status -> Nullable<Integer>,
    }
}

diesel::table! {
    dates (id) {
        id -> Binary,
        authority_id -> Binary,
        family_member_id -> Binary,
        made_by -> Binary,
        made_at -> BigInt,
        version -> Integer,
        state -> Text,
        over_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    date_versions (date_id, version) {
        date_id -> Binary,
        version -> Integer,
        id -> Binary,
        by_id -> Binary,
        received_at -> BigInt,
        starts -> Text,
        zone -> Text,
        minutes -> Integer,
        repeats -> Text,
        until_day -> Nullable<Text>,
        remind_minutes_before -> Nullable<Integer>,
        words -> Binary,
        verdict -> Text,
        unread -> Bool,
        lexicon_version -> Text,
    }
}

diesel::table! {
    date_exceptions (date_id, occurrence, version) {
        date_id -> Binary,
        occurrence -> Text,
        version -> Integer,
        starts -> Nullable<Text>,
        minutes -> Nullable<Integer>,
    }
}

diesel::table! {
    date_replies (family_member_id, id) {
        family_member_id -> Binary,
        id -> Binary,
        date_id -> Binary,
        version -> Integer,
        starts -> Text,
        reply -> Text,
        note -> Nullable<Binary>,
        received_at -> BigInt,
        verdict -> Text,
        unread -> Bool,
        lexicon_version -> Text,
        is_held -> Bool,
    }
}

diesel::table! {
    reminders (date_id, starts) {
        date_id -> Binary,
        starts -> Text,
        version -> Integer,
        starts_at -> BigInt,
        due_at -> Nullable<BigInt>,
        state -> Text,
        settled_at -> Nullable<BigInt>,
        look_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    contact_plans_untold (family_member_id) {
        family_member_id -> Binary,
        ask_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    contact_plans (family_member_id) {
        family_member_id -> Binary,
        version -> Integer,
        windows -> Text,
        ok_message -> Bool,
        ok_call -> Bool,
        ok_voicemail -> Bool,
        shared_phone -> Bool,
        code_word -> Nullable<Binary>,
        others_near -> Nullable<Binary>,
        told_at -> BigInt,
        in_force -> Text,
        confirmed_version -> Nullable<Integer>,
        confirmed_code_word -> Nullable<Binary>,
        confirmed_others_near -> Nullable<Binary>,
        confirmed_at -> Nullable<BigInt>,
        confirmed_by -> Nullable<Binary>,
        confirm_due_at -> Nullable<BigInt>,
        ok_text -> Bool,
    }
}

diesel::table! {
    contact_stops (id) {
        id -> Binary,
        authority_id -> Binary,
        family_member_id -> Binary,
        by_id -> Binary,
        at -> BigInt,
        why -> Binary,
        ended_by -> Nullable<Binary>,
        ended_at -> Nullable<BigInt>,
        ended_why -> Nullable<Binary>,
    }
}

diesel::table! {
    code_words (family_member_id, id) {
        family_member_id -> Binary,
        id -> Binary,
        words -> Binary,
        received_at -> BigInt,
        verdict -> Text,
        unread -> Bool,
        lexicon_version -> Text,
    }
}

diesel::table! {
    reading_hours (peer_mentor_id) {
        peer_mentor_id -> Binary,
        windows -> Text,
        zone -> Text,
        answer_within -> Integer,
        said_by -> Binary,
        said_at -> BigInt,
    }
}

diesel::table! {
    goals (id) {
        id -> Binary,
        authority_id -> Binary,
        family_member_id -> Binary,
        by_id -> Binary,
        received_at -> BigInt,
        start -> Integer,
        good_enough -> Integer,
        words -> Binary,
        verdict -> Text,
        unread -> Bool,
        lexicon_version -> Text,
        ending -> Nullable<Text>,
        ended_by -> Nullable<Binary>,
        ended_at -> Nullable<BigInt>,
        is_held -> Bool,
    }
}

diesel::table! {
    goal_entries (by_id, id) {
        by_id -> Binary,
        id -> Binary,
        goal_id -> Binary,
        kind -> Text,
        scale -> Nullable<Integer>,
        words -> Nullable<Binary>,
        said_at -> BigInt,
        received_at -> BigInt,
        verdict -> Text,
        unread -> Bool,
        lexicon_version -> Text,
        is_held -> Bool,
    }
}

diesel::table! {
    contact_log (id) {
        id -> Binary,
        authority_id -> Binary,
        family_member_id -> Binary,
        by_id -> Binary,
        kind -> Text,
        outcome -> Text,
        happened_at -> BigInt,
        words -> Nullable<Binary>,
        received_at -> BigInt,
        verdict -> Text,
        unread -> Bool,
        lexicon_version -> Text,
        withdrawn_for -> Nullable<Text>,
        withdrawn_by -> Nullable<Binary>,
        withdrawn_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    handover_notes (id) {
        id -> Binary,
        authority_id -> Binary,
        family_member_id -> Binary,
        side -> Text,
        version -> Integer,
        by_id -> Binary,
        words -> Binary,
        going_on -> Integer,
        promised -> Integer,
        received_at -> BigInt,
        verdict -> Text,
        unread -> Bool,
        lexicon_version -> Text,
    }
}

diesel::table! {
    audit_lines (id) {
        id -> Binary,
        authority_id -> Binary,
        at -> BigInt,
        actor_id -> Nullable<Binary>,
        actor_role -> Text,
        deed -> Text,
        subject -> Text,
        subject_id -> Nullable<Binary>,
        about_account_id -> Nullable<Binary>,
        detail -> Text,
        reason -> Nullable<Text>,
        sealed_reason -> Nullable<Binary>,
    }
}

diesel::table! {
    cases (id) {
        id -> Binary,
        authority_id -> Binary,
        family_id -> Binary,
        is_open -> Bool,
    }
}

diesel::table! {
    case_events (id) {
        id -> Binary,
        case_id -> Binary,
        seq -> Integer,
        event -> Text,
        corrects -> Nullable<Binary>,
        is_withdrawn -> Bool,
        happened_on -> Nullable<Text>,
        tier -> Nullable<Text>,
        referred_by -> Nullable<Text>,
        outcome -> Nullable<Text>,
        rationale -> Nullable<Binary>,
        by_id -> Binary,
        at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    service_settings,
    authorities,
    lexicon_versions,
    lexicon_jobs,
    rule_false_alarms,
    pods,
    families,
    accounts,
    pod_supervisors,
    pod_deputies,
    shifts,
    swaps,
    leaves,
    cover_watches,
    cover_gaps,
    invitations,
    devices,
    recovery_codes,
    known_places,
    wrong_tries,
    conversations,
    matches,
    conversation_members,
    messages,
    held_messages,
    check_ins,
    check_in_templates,
    check_in_rhythms,
    check_in_asks,
    follow_ups,
    reports,
    report_implicated,
    screening_tries,
    help_calls,
    help_lines,
    agency_lines,
    alerts,
    escalation_policies,
    alert_occurrences,
    alert_exclusions,
    connections,
    alert_tellings,
    alert_repeats,
    alert_deeds,
    alert_calls,
    alert_actions,
    alert_links,
    inbox_heads,
    inbox,
    push_subscriptions,
    sendings,
    sending_attempts,
    dates,
    date_versions,
    date_exceptions,
    date_replies,
    reminders,
    contact_plans,
    contact_plans_untold,
    contact_stops,
    code_words,
    reading_hours,
    goals,
    goal_entries,
    cases,
    case_events,
    contact_log,
    handover_notes,
    audit_lines,
);
