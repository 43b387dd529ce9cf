CREATE TABLE issuer_key (
	id UUID NOT NULL, 
	key_id VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	purpose VARCHAR(40) NOT NULL, 
	algorithm VARCHAR NOT NULL, 
	public_der BYTEA NOT NULL, 
	used_from TIMESTAMP WITH TIME ZONE NOT NULL, 
	used_until TIMESTAMP WITH TIME ZONE, 
	revoked_at TIMESTAMP WITH TIME ZONE, 
	compromised_since TIMESTAMP WITH TIME ZONE, 
	reason VARCHAR, 
	witnesses JSONB NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_issuer_key PRIMARY KEY (id), 
	CONSTRAINT uq_issuer_key_key_id_version UNIQUE (key_id, version), 
	CONSTRAINT ck_issuer_key_used_forwards CHECK (used_until >= used_from), 
	CONSTRAINT ck_issuer_key_revoked_for_a_reason CHECK ((revoked_at IS NULL) = (reason IS NULL)), 
	CONSTRAINT ck_issuer_key_not_used_once_revoked CHECK (revoked_at IS NULL OR used_until <= revoked_at), 
	CONSTRAINT ck_issuer_key_compromised_is_revoked CHECK (compromised_since IS NULL OR compromised_since <= revoked_at), 
	CONSTRAINT ck_issuer_key_purpose CHECK (purpose IN ('statement', 'document', 'token', 'national'))
);

CREATE TABLE organisation (
	id UUID NOT NULL, 
	code VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	name_en VARCHAR NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	institution_code VARCHAR NOT NULL, 
	province_code VARCHAR NOT NULL, 
	site_code VARCHAR NOT NULL, 
	pool VARCHAR(40) DEFAULT 'organisation' NOT NULL, 
	demonstration BOOLEAN NOT NULL, 
	settings JSONB NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_organisation PRIMARY KEY (id), 
	CONSTRAINT ck_organisation_institution_code_4_digits CHECK (institution_code ~ '^[0-9]{4}$'), 
	CONSTRAINT ck_organisation_province_code_2_digits CHECK (province_code ~ '^[0-9]{2}$'), 
	CONSTRAINT ck_organisation_site_code_6_digits CHECK (site_code ~ '^[0-9]{6}$'), 
	CONSTRAINT uq_organisation_code UNIQUE (code), 
	CONSTRAINT ck_organisation_organisationkind CHECK (kind IN ('Y', 'S')), 
	CONSTRAINT ck_organisation_poolkind CHECK (pool IN ('national', 'provincial', 'sector', 'organisation'))
);

CREATE TABLE account (
	id UUID NOT NULL, 
	email VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	password VARCHAR, 
	active BOOLEAN NOT NULL, 
	fs_uniquifier VARCHAR NOT NULL, 
	confirmed_at TIMESTAMP WITH TIME ZONE, 
	tf_primary_method VARCHAR, 
	tf_totp_secret VARCHAR, 
	mf_recovery_codes JSONB, 
	language VARCHAR, 
	appearance JSONB DEFAULT '{}'::jsonb NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_account PRIMARY KEY (id), 
	CONSTRAINT uq_account_email UNIQUE (email), 
	CONSTRAINT uq_account_fs_uniquifier UNIQUE (fs_uniquifier)
);

CREATE TABLE attempt_counter (
	id UUID NOT NULL, 
	kind VARCHAR NOT NULL, 
	subject BYTEA NOT NULL, 
	window_start TIMESTAMP WITH TIME ZONE NOT NULL, 
	count INTEGER NOT NULL, 
	CONSTRAINT pk_attempt_counter PRIMARY KEY (id), 
	CONSTRAINT uq_attempt_counter_kind_subject_window_start UNIQUE (kind, subject, window_start)
);

CREATE TABLE number_counter (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	scope VARCHAR NOT NULL, 
	serial BIGINT NOT NULL, 
	last BIGINT NOT NULL, 
	CONSTRAINT pk_number_counter PRIMARY KEY (id), 
	CONSTRAINT uq_number_counter_organisation_id_scope UNIQUE (organisation_id, scope), 
	CONSTRAINT ck_number_counter_serial_within_its_digits CHECK (serial between 0 and last), 
	CONSTRAINT fk_number_counter_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_number_counter_organisation_id ON number_counter (organisation_id);

ALTER TABLE number_counter ENABLE ROW LEVEL SECURITY;

ALTER TABLE number_counter FORCE ROW LEVEL SECURITY;

CREATE POLICY number_counter_organisation ON number_counter USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE number_rule (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	version VARCHAR NOT NULL, 
	document JSONB NOT NULL, 
	proposed_by UUID NOT NULL, 
	proposed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	confirmed_by UUID, 
	confirmed_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_number_rule PRIMARY KEY (id), 
	CONSTRAINT uq_number_rule_organisation_id_version UNIQUE (organisation_id, version), 
	CONSTRAINT ck_number_rule_confirmer_is_not_proposer CHECK (confirmed_by is null or confirmed_by <> proposed_by), 
	CONSTRAINT ck_number_rule_confirmed_has_time CHECK ((confirmed_by is null) = (confirmed_at is null)), 
	CONSTRAINT fk_number_rule_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_number_rule_organisation_id ON number_rule (organisation_id);

ALTER TABLE number_rule ENABLE ROW LEVEL SECURITY;

ALTER TABLE number_rule FORCE ROW LEVEL SECURITY;

CREATE POLICY number_rule_organisation ON number_rule USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE register_head (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	sequence BIGINT NOT NULL, 
	digest BYTEA NOT NULL, 
	CONSTRAINT pk_register_head PRIMARY KEY (id), 
	CONSTRAINT uq_register_head_organisation_id UNIQUE (organisation_id), 
	CONSTRAINT fk_register_head_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_register_head_organisation_id ON register_head (organisation_id);

ALTER TABLE register_head ENABLE ROW LEVEL SECURITY;

ALTER TABLE register_head FORCE ROW LEVEL SECURITY;

CREATE POLICY register_head_organisation ON register_head USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE trail_entry (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	verb VARCHAR NOT NULL, 
	thing_kind VARCHAR NOT NULL, 
	thing_id UUID NOT NULL, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	facts JSONB NOT NULL, 
	mac BYTEA NOT NULL, 
	CONSTRAINT pk_trail_entry PRIMARY KEY (id), 
	CONSTRAINT uq_trail_entry_organisation_id_number UNIQUE (organisation_id, number), 
	CONSTRAINT fk_trail_entry_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_trail_entry_organisation_id ON trail_entry (organisation_id);

CREATE INDEX ix_trail_entry_thing_id ON trail_entry (thing_id);

ALTER TABLE trail_entry ENABLE ROW LEVEL SECURITY;

ALTER TABLE trail_entry FORCE ROW LEVEL SECURITY;

CREATE POLICY trail_entry_organisation ON trail_entry USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE trail_head (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	mac BYTEA NOT NULL, 
	CONSTRAINT pk_trail_head PRIMARY KEY (id), 
	CONSTRAINT uq_trail_head_organisation_id UNIQUE (organisation_id), 
	CONSTRAINT fk_trail_head_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_trail_head_organisation_id ON trail_head (organisation_id);

ALTER TABLE trail_head ENABLE ROW LEVEL SECURITY;

ALTER TABLE trail_head FORCE ROW LEVEL SECURITY;

CREATE POLICY trail_head_organisation ON trail_head USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE achievement (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	key UUID NOT NULL, 
	facts JSONB NOT NULL, 
	CONSTRAINT pk_achievement PRIMARY KEY (id), 
	CONSTRAINT uq_achievement_organisation_id_key UNIQUE (organisation_id, key), 
	CONSTRAINT fk_achievement_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_achievement_organisation_id ON achievement (organisation_id);

ALTER TABLE achievement ENABLE ROW LEVEL SECURITY;

ALTER TABLE achievement FORCE ROW LEVEL SECURITY;

CREATE POLICY achievement_organisation ON achievement USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE certificate_layout (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	language VARCHAR(40) NOT NULL, 
	levels JSONB NOT NULL, 
	standard_code VARCHAR, 
	valid_from DATE NOT NULL, 
	document JSONB NOT NULL, 
	based_on_id UUID, 
	state VARCHAR(40) NOT NULL, 
	saves INTEGER NOT NULL, 
	writers JSONB NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	submitted_by UUID, 
	submitted_at TIMESTAMP WITH TIME ZONE, 
	remark VARCHAR, 
	approved_by UUID, 
	approved_at TIMESTAMP WITH TIME ZONE, 
	withdrawn_by UUID, 
	withdrawn_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_certificate_layout PRIMARY KEY (id), 
	CONSTRAINT uq_certificate_layout_organisation_id_number UNIQUE (organisation_id, number), 
	CONSTRAINT ck_certificate_layout_number_positive CHECK (number > 0), 
	CONSTRAINT ck_certificate_layout_approver_is_not_submitter CHECK (approved_by is null or approved_by <> submitted_by), 
	CONSTRAINT ck_certificate_layout_approver_is_not_designer CHECK (approved_by is null or not jsonb_exists(writers, cast(approved_by as text))), 
	CONSTRAINT ck_certificate_layout_approved_has_approver CHECK ((state in ('approved', 'withdrawn')) = (approved_by is not null and approved_at is not null)), 
	CONSTRAINT ck_certificate_layout_withdrawn_has_person CHECK ((state = 'withdrawn') = (withdrawn_by is not null)), 
	CONSTRAINT ck_certificate_layout_submitted_has_person CHECK (state = 'draft' or submitted_by is not null), 
	CONSTRAINT fk_certificate_layout_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT ck_certificate_layout_layoutkind CHECK (kind IN ('skill_level', 'score_report', 'admission_ticket', 'batch_register')), 
	CONSTRAINT ck_certificate_layout_language CHECK (language IN ('zh', 'bilingual')), 
	CONSTRAINT fk_certificate_layout_based_on_id_certificate_layout FOREIGN KEY(based_on_id) REFERENCES certificate_layout (id), 
	CONSTRAINT ck_certificate_layout_layoutstate CHECK (state IN ('draft', 'submitted', 'approved', 'withdrawn'))
);

CREATE INDEX ix_certificate_layout_organisation_id ON certificate_layout (organisation_id);

ALTER TABLE certificate_layout ENABLE ROW LEVEL SECURITY;

ALTER TABLE certificate_layout FORCE ROW LEVEL SECURITY;

CREATE POLICY certificate_layout_organisation ON certificate_layout USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE layout_picture (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	digest VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	ground BOOLEAN NOT NULL, 
	width INTEGER NOT NULL, 
	height INTEGER NOT NULL, 
	content BYTEA NOT NULL, 
	uploaded_by UUID NOT NULL, 
	uploaded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_layout_picture PRIMARY KEY (id), 
	CONSTRAINT uq_layout_picture_organisation_id_digest UNIQUE (organisation_id, digest), 
	CONSTRAINT fk_layout_picture_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_layout_picture_organisation_id ON layout_picture (organisation_id);

ALTER TABLE layout_picture ENABLE ROW LEVEL SECURITY;

ALTER TABLE layout_picture FORCE ROW LEVEL SECURITY;

CREATE POLICY layout_picture_organisation ON layout_picture USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE membership (
	id UUID NOT NULL, 
	account_id UUID NOT NULL, 
	organisation UUID NOT NULL, 
	role VARCHAR NOT NULL, 
	granted_by UUID NOT NULL, 
	granted_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_membership PRIMARY KEY (id), 
	CONSTRAINT uq_membership_account_id_organisation_role UNIQUE (account_id, organisation, role), 
	CONSTRAINT fk_membership_account_id_account FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_membership_organisation_organisation FOREIGN KEY(organisation) REFERENCES organisation (id)
);

CREATE INDEX ix_membership_organisation ON membership (organisation);

CREATE TABLE person (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	name VARCHAR NOT NULL, 
	name_folded VARCHAR COLLATE "C" NOT NULL, 
	identity_type VARCHAR(40) NOT NULL, 
	data_key_sealed BYTEA, 
	identity_sealed BYTEA NOT NULL, 
	identity_fingerprint BYTEA NOT NULL, 
	tail_fingerprint BYTEA NOT NULL, 
	photo_sealed BYTEA, 
	account_id UUID, 
	simulated BOOLEAN NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_person PRIMARY KEY (id), 
	CONSTRAINT uq_person_organisation_id_identity_fingerprint UNIQUE (organisation_id, identity_fingerprint), 
	CONSTRAINT fk_person_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT ck_person_identitytype CHECK (identity_type IN ('resident_identity_card', 'hong_kong_macao_permit', 'taiwan_permit', 'passport')), 
	CONSTRAINT fk_person_account_id_account FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_person_account_id ON person (account_id);

CREATE INDEX ix_person_organisation_id ON person (organisation_id);

CREATE INDEX ix_person_organisation_id_person_name_folded ON person (organisation_id, name_folded);

ALTER TABLE person ENABLE ROW LEVEL SECURITY;

ALTER TABLE person FORCE ROW LEVEL SECURITY;

CREATE POLICY person_organisation ON person USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE filing (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	number VARCHAR NOT NULL, 
	authority VARCHAR NOT NULL, 
	standard_code VARCHAR NOT NULL, 
	digits JSONB NOT NULL, 
	regions JSONB NOT NULL, 
	starts_on DATE NOT NULL, 
	ends_on DATE NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	entered_by UUID NOT NULL, 
	entered_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	confirmed_by UUID, 
	confirmed_at TIMESTAMP WITH TIME ZONE, 
	ended_on DATE, 
	reason VARCHAR, 
	evidence_name VARCHAR NOT NULL, 
	evidence_type VARCHAR NOT NULL, 
	evidence_sha256 BYTEA NOT NULL, 
	evidence_sealed BYTEA NOT NULL, 
	CONSTRAINT pk_filing PRIMARY KEY (id), 
	CONSTRAINT uq_filing_organisation_id_number_standard_code UNIQUE (organisation_id, number, standard_code), 
	CONSTRAINT ck_filing_ends_after_start CHECK (ends_on >= starts_on), 
	CONSTRAINT ck_filing_confirmer_is_not_enterer CHECK (confirmed_by is null or confirmed_by <> entered_by), 
	CONSTRAINT ck_filing_confirmed_has_confirmer CHECK (state <> 'confirmed' or confirmed_by is not null), 
	CONSTRAINT ck_filing_ended_has_reason CHECK ((state = 'ended') = (reason is not null)), 
	CONSTRAINT ck_filing_at_least_one_level CHECK (jsonb_array_length(digits) > 0), 
	CONSTRAINT ck_filing_at_least_one_region CHECK (jsonb_array_length(regions) > 0), 
	CONSTRAINT fk_filing_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT ck_filing_filingstate CHECK (state IN ('entered', 'confirmed', 'ended'))
);

CREATE INDEX ix_filing_organisation_id ON filing (organisation_id);

ALTER TABLE filing ENABLE ROW LEVEL SECURITY;

ALTER TABLE filing FORCE ROW LEVEL SECURITY;

CREATE POLICY filing_organisation ON filing USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE practice_release (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	reason_sealed BYTEA NOT NULL, 
	proposed_by UUID NOT NULL, 
	proposed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	decided_by UUID, 
	decided_at TIMESTAMP WITH TIME ZONE, 
	refusal_sealed BYTEA, 
	CONSTRAINT pk_practice_release PRIMARY KEY (id), 
	CONSTRAINT uq_practice_release_organisation_id_number UNIQUE (organisation_id, number), 
	CONSTRAINT ck_practice_release_decider_is_not_proposer CHECK (decided_by <> proposed_by), 
	CONSTRAINT ck_practice_release_decided_by_somebody CHECK ((state = 'proposed') = (decided_by IS NULL)), 
	CONSTRAINT ck_practice_release_decided_at_a_time CHECK ((decided_by IS NULL) = (decided_at IS NULL)), 
	CONSTRAINT ck_practice_release_refused_for_a_reason CHECK ((state = 'refused') = (refusal_sealed IS NOT NULL)), 
	CONSTRAINT fk_practice_release_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT ck_practice_release_releasestate CHECK (state IN ('proposed', 'released', 'refused'))
);

CREATE INDEX ix_practice_release_organisation_id ON practice_release (organisation_id);

ALTER TABLE practice_release ENABLE ROW LEVEL SECURITY;

ALTER TABLE practice_release FORCE ROW LEVEL SECURITY;

CREATE POLICY practice_release_organisation ON practice_release USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE attention_limits (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	limits JSONB NOT NULL, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_attention_limits PRIMARY KEY (id), 
	CONSTRAINT uq_attention_limits_organisation_id_number UNIQUE (organisation_id, number), 
	CONSTRAINT fk_attention_limits_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_attention_limits_organisation_id ON attention_limits (organisation_id);

ALTER TABLE attention_limits ENABLE ROW LEVEL SECURITY;

ALTER TABLE attention_limits FORCE ROW LEVEL SECURITY;

CREATE POLICY attention_limits_organisation ON attention_limits USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE comparison_rule (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	groupings JSONB NOT NULL, 
	least INTEGER NOT NULL, 
	age INTEGER NOT NULL, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_comparison_rule PRIMARY KEY (id), 
	CONSTRAINT uq_comparison_rule_organisation_id_number UNIQUE (organisation_id, number), 
	CONSTRAINT fk_comparison_rule_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_comparison_rule_organisation_id ON comparison_rule (organisation_id);

ALTER TABLE comparison_rule ENABLE ROW LEVEL SECURITY;

ALTER TABLE comparison_rule FORCE ROW LEVEL SECURITY;

CREATE POLICY comparison_rule_organisation ON comparison_rule USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE inquiry (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	asker VARCHAR NOT NULL, 
	purpose VARCHAR NOT NULL, 
	way VARCHAR(40) NOT NULL, 
	numbers JSONB NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_inquiry PRIMARY KEY (id), 
	CONSTRAINT ck_inquiry_says_who_and_why CHECK (asker <> '' and purpose <> ''), 
	CONSTRAINT fk_inquiry_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT ck_inquiry_inquiryway CHECK (way IN ('list', 'program'))
);

CREATE INDEX ix_inquiry_newest ON inquiry (organisation_id, at);

CREATE INDEX ix_inquiry_organisation_id ON inquiry (organisation_id);

ALTER TABLE inquiry ENABLE ROW LEVEL SECURITY;

ALTER TABLE inquiry FORCE ROW LEVEL SECURITY;

CREATE POLICY inquiry_organisation ON inquiry USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE upload_layout (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	document JSONB NOT NULL, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_upload_layout PRIMARY KEY (id), 
	CONSTRAINT uq_upload_layout_organisation_id_number UNIQUE (organisation_id, number), 
	CONSTRAINT fk_upload_layout_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_upload_layout_organisation_id ON upload_layout (organisation_id);

ALTER TABLE upload_layout ENABLE ROW LEVEL SECURITY;

ALTER TABLE upload_layout FORCE ROW LEVEL SECURITY;

CREATE POLICY upload_layout_organisation ON upload_layout USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE national_upload (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	purpose VARCHAR NOT NULL, 
	layout JSONB NOT NULL, 
	layout_number INTEGER NOT NULL, 
	chosen JSONB NOT NULL, 
	count INTEGER NOT NULL, 
	requested_by UUID NOT NULL, 
	requested_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	decided_by UUID, 
	decided_at TIMESTAMP WITH TIME ZONE, 
	reason VARCHAR, 
	until TIMESTAMP WITH TIME ZONE, 
	fetched_at TIMESTAMP WITH TIME ZONE, 
	digest BYTEA, 
	CONSTRAINT pk_national_upload PRIMARY KEY (id), 
	CONSTRAINT uq_national_upload_organisation_id_number UNIQUE (organisation_id, number), 
	CONSTRAINT ck_national_upload_approver_is_not_requester CHECK (decided_by <> requested_by), 
	CONSTRAINT ck_national_upload_decided_by_somebody CHECK ((state = 'requested') = (decided_by IS NULL)), 
	CONSTRAINT ck_national_upload_decided_at_a_time CHECK ((decided_by IS NULL) = (decided_at IS NULL)), 
	CONSTRAINT ck_national_upload_refused_for_a_reason CHECK ((state = 'refused') = (reason IS NOT NULL)), 
	CONSTRAINT ck_national_upload_allowed_until CHECK ((state IN ('approved', 'fetched')) = (until IS NOT NULL)), 
	CONSTRAINT ck_national_upload_fetched_whole CHECK ((state = 'fetched') = (fetched_at IS NOT NULL AND digest IS NOT NULL)), 
	CONSTRAINT ck_national_upload_fetched_in_time CHECK (fetched_at <= until), 
	CONSTRAINT fk_national_upload_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT ck_national_upload_uploadstate CHECK (state IN ('requested', 'approved', 'refused', 'fetched'))
);

CREATE INDEX ix_national_upload_organisation_id ON national_upload (organisation_id);

ALTER TABLE national_upload ENABLE ROW LEVEL SECURITY;

ALTER TABLE national_upload FORCE ROW LEVEL SECURITY;

CREATE POLICY national_upload_organisation ON national_upload USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE archive_holder (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	account_id UUID NOT NULL, 
	role VARCHAR NOT NULL, 
	public BYTEA NOT NULL, 
	wrapped BYTEA NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_archive_holder PRIMARY KEY (id), 
	CONSTRAINT fk_archive_holder_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_archive_holder_account_id ON archive_holder (organisation_id, account_id, at);

CREATE INDEX ix_archive_holder_organisation_id ON archive_holder (organisation_id);

ALTER TABLE archive_holder ENABLE ROW LEVEL SECURITY;

ALTER TABLE archive_holder FORCE ROW LEVEL SECURITY;

CREATE POLICY archive_holder_organisation ON archive_holder USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE cited_standard (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	number VARCHAR NOT NULL, 
	edition VARCHAR NOT NULL, 
	key VARCHAR NOT NULL, 
	year VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	title_en VARCHAR NOT NULL, 
	CONSTRAINT pk_cited_standard PRIMARY KEY (id), 
	CONSTRAINT uq_cited_standard_organisation_id_key_year UNIQUE (organisation_id, key, year), 
	CONSTRAINT ck_cited_standard_has_number CHECK (key <> ''), 
	CONSTRAINT fk_cited_standard_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_cited_standard_organisation_id ON cited_standard (organisation_id);

ALTER TABLE cited_standard ENABLE ROW LEVEL SECURITY;

ALTER TABLE cited_standard FORCE ROW LEVEL SECURITY;

CREATE POLICY cited_standard_organisation ON cited_standard USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE occupation (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	code VARCHAR, 
	name VARCHAR NOT NULL, 
	name_en VARCHAR NOT NULL, 
	major_class INTEGER NOT NULL, 
	definition VARCHAR NOT NULL, 
	directions JSONB NOT NULL, 
	CONSTRAINT pk_occupation PRIMARY KEY (id), 
	CONSTRAINT uq_occupation_organisation_id_code UNIQUE (organisation_id, code), 
	CONSTRAINT uq_occupation_organisation_id_name UNIQUE (organisation_id, name), 
	CONSTRAINT ck_occupation_major_class_of_eight CHECK (major_class between 1 and 8), 
	CONSTRAINT ck_occupation_code_of_its_class CHECK (code is null or left(code, 1) = major_class::text), 
	CONSTRAINT fk_occupation_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_occupation_organisation_id ON occupation (organisation_id);

ALTER TABLE occupation ENABLE ROW LEVEL SECURITY;

ALTER TABLE occupation FORCE ROW LEVEL SECURITY;

CREATE POLICY occupation_organisation ON occupation USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE item_draft (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	writer_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	kept_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	fields_sealed BYTEA NOT NULL, 
	CONSTRAINT pk_item_draft PRIMARY KEY (id), 
	CONSTRAINT uq_item_draft_writer_id_item_id UNIQUE (writer_id, item_id), 
	CONSTRAINT fk_item_draft_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_item_draft_item_id ON item_draft (item_id);

CREATE INDEX ix_item_draft_organisation_id ON item_draft (organisation_id);

ALTER TABLE item_draft ENABLE ROW LEVEL SECURITY;

ALTER TABLE item_draft FORCE ROW LEVEL SECURITY;

CREATE POLICY item_draft_organisation ON item_draft USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE duplicate_run (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	wanted INTEGER NOT NULL, 
	read INTEGER NOT NULL, 
	found INTEGER NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_duplicate_run PRIMARY KEY (id), 
	CONSTRAINT fk_duplicate_run_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT ck_duplicate_run_runstate CHECK (state IN ('queued', 'running', 'done', 'failed'))
);

CREATE INDEX ix_duplicate_run_organisation_id ON duplicate_run (organisation_id);

ALTER TABLE duplicate_run ENABLE ROW LEVEL SECURITY;

ALTER TABLE duplicate_run FORCE ROW LEVEL SECURITY;

CREATE POLICY duplicate_run_organisation ON duplicate_run USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE enemy_set (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	dissolved_by UUID, 
	dissolved_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_enemy_set PRIMARY KEY (id), 
	CONSTRAINT uq_enemy_set_organisation_id_number UNIQUE (organisation_id, number), 
	CONSTRAINT ck_enemy_set_set_is_explained CHECK (name <> '' and reason <> ''), 
	CONSTRAINT ck_enemy_set_dissolved_by_somebody CHECK ((dissolved_at is null) = (dissolved_by is null)), 
	CONSTRAINT fk_enemy_set_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_enemy_set_organisation_id ON enemy_set (organisation_id);

ALTER TABLE enemy_set ENABLE ROW LEVEL SECURITY;

ALTER TABLE enemy_set FORCE ROW LEVEL SECURITY;

CREATE POLICY enemy_set_organisation ON enemy_set USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE saved_search (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	account_id UUID NOT NULL, 
	name VARCHAR NOT NULL, 
	shared BOOLEAN NOT NULL, 
	asked_sealed BYTEA NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_saved_search PRIMARY KEY (id), 
	CONSTRAINT uq_saved_search_organisation_id_account_id_name UNIQUE (organisation_id, account_id, name), 
	CONSTRAINT ck_saved_search_search_has_name CHECK (name <> ''), 
	CONSTRAINT fk_saved_search_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_saved_search_organisation_id ON saved_search (organisation_id);

ALTER TABLE saved_search ENABLE ROW LEVEL SECURITY;

ALTER TABLE saved_search FORCE ROW LEVEL SECURITY;

CREATE POLICY saved_search_organisation ON saved_search USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE trace (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	code VARCHAR NOT NULL, 
	viewer_id UUID NOT NULL, 
	access VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	thing VARCHAR NOT NULL, 
	purpose VARCHAR NOT NULL, 
	CONSTRAINT pk_trace PRIMARY KEY (id), 
	CONSTRAINT uq_trace_organisation_id_code UNIQUE (organisation_id, code), 
	CONSTRAINT fk_trace_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT ck_trace_access CHECK (access IN ('screen', 'key', 'proof', 'export', 'paper'))
);

CREATE INDEX ix_trace_organisation_id ON trace (organisation_id);

CREATE INDEX ix_trace_organisation_id_at ON trace (organisation_id, at);

CREATE UNIQUE INDEX uq_trace_day ON trace (organisation_id, viewer_id, day) WHERE access = 'screen';

ALTER TABLE trace ENABLE ROW LEVEL SECURITY;

ALTER TABLE trace FORCE ROW LEVEL SECURITY;

CREATE POLICY trace_organisation ON trace USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE certificate (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	number VARCHAR COLLATE "C" NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	award_id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	level VARCHAR NOT NULL, 
	demonstration BOOLEAN NOT NULL, 
	valid_until DATE, 
	supersedes_id UUID, 
	standing VARCHAR(40) NOT NULL, 
	statement_sealed BYTEA NOT NULL, 
	signature BYTEA NOT NULL, 
	key_id VARCHAR NOT NULL, 
	photo_sealed BYTEA, 
	query_key_sealed BYTEA NOT NULL, 
	query_fingerprint BYTEA NOT NULL, 
	offline_code_sealed BYTEA NOT NULL, 
	name_fingerprint BYTEA NOT NULL, 
	tail_fingerprint BYTEA NOT NULL, 
	issued_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_certificate PRIMARY KEY (id), 
	CONSTRAINT uq_certificate_number UNIQUE (number), 
	CONSTRAINT uq_certificate_query_fingerprint UNIQUE (query_fingerprint), 
	CONSTRAINT uq_certificate_supersedes_id UNIQUE (supersedes_id), 
	CONSTRAINT ck_certificate_expiry_is_no_standing CHECK (standing <> 'expired'), 
	CONSTRAINT fk_certificate_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT ck_certificate_certificatekind CHECK (kind IN ('skill_level', 'score_report', 'training_record', 'competition_award', 'professional_level', 'person_certification')), 
	CONSTRAINT fk_certificate_person_id_person FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_certificate_supersedes_id_certificate FOREIGN KEY(supersedes_id) REFERENCES certificate (id), 
	CONSTRAINT ck_certificate_state CHECK (standing IN ('valid', 'suspended', 'expired', 'revoked', 'superseded'))
);

CREATE INDEX ix_certificate_newest ON certificate (organisation_id, issued_at, number) INCLUDE (id, person_id, kind, standing, valid_until);

CREATE INDEX ix_certificate_organisation_id ON certificate (organisation_id);

CREATE INDEX ix_certificate_person_id ON certificate (person_id);

CREATE UNIQUE INDEX uq_certificate_award_id ON certificate (award_id, kind) WHERE supersedes_id IS NULL;

ALTER TABLE certificate ENABLE ROW LEVEL SECURITY;

ALTER TABLE certificate FORCE ROW LEVEL SECURITY;

CREATE POLICY certificate_organisation ON certificate USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE consent (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	given BOOLEAN NOT NULL, 
	text_version VARCHAR NOT NULL, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_consent PRIMARY KEY (id), 
	CONSTRAINT fk_consent_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_consent_person_id_person FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT ck_consent_consentkind CHECK (kind IN ('notice', 'identity_number', 'photo'))
);

CREATE INDEX ix_consent_organisation_id ON consent (organisation_id);

CREATE INDEX ix_consent_person_id ON consent (person_id);

ALTER TABLE consent ENABLE ROW LEVEL SECURITY;

ALTER TABLE consent FORCE ROW LEVEL SECURITY;

CREATE POLICY consent_organisation ON consent USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE standard (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	code VARCHAR NOT NULL, 
	edition VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	name_en VARCHAR NOT NULL, 
	occupation_code VARCHAR, 
	state VARCHAR(40) NOT NULL, 
	demonstration BOOLEAN NOT NULL, 
	effective_on DATE, 
	rules JSONB NOT NULL, 
	occupation_id UUID, 
	follows_id UUID, 
	ladder JSONB NOT NULL, 
	chapters JSONB NOT NULL, 
	code_style VARCHAR(40) NOT NULL, 
	version INTEGER NOT NULL, 
	published_at TIMESTAMP WITH TIME ZONE, 
	published_by UUID, 
	locked_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_standard PRIMARY KEY (id), 
	CONSTRAINT uq_standard_organisation_id_code_edition UNIQUE (organisation_id, code, edition), 
	CONSTRAINT uq_standard_id_organisation_id UNIQUE (id, organisation_id), 
	CONSTRAINT fk_standard_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT ck_standard_standardstate CHECK (state IN ('draft', 'published')), 
	CONSTRAINT fk_standard_occupation_id_occupation FOREIGN KEY(occupation_id) REFERENCES occupation (id), 
	CONSTRAINT fk_standard_follows_id_standard FOREIGN KEY(follows_id) REFERENCES standard (id), 
	CONSTRAINT ck_standard_codestyle CHECK (code_style IN ('letters', 'numeric'))
);

CREATE INDEX ix_standard_occupation_id ON standard (occupation_id);

CREATE INDEX ix_standard_organisation_id ON standard (organisation_id);

ALTER TABLE standard ENABLE ROW LEVEL SECURITY;

ALTER TABLE standard FORCE ROW LEVEL SECURITY;

CREATE POLICY standard_organisation ON standard USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE cited_standing (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	cited_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	status VARCHAR(40) NOT NULL, 
	since DATE, 
	replaced_by VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_cited_standing PRIMARY KEY (id), 
	CONSTRAINT uq_cited_standing_cited_id_number UNIQUE (cited_id, number), 
	CONSTRAINT ck_cited_standing_has_day CHECK (status not in ('upcoming', 'replaced', 'withdrawn') or since is not null), 
	CONSTRAINT ck_cited_standing_successor_of_replaced CHECK (status = 'replaced' or replaced_by = ''), 
	CONSTRAINT fk_cited_standing_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_cited_standing_cited_id_cited_standard FOREIGN KEY(cited_id) REFERENCES cited_standard (id), 
	CONSTRAINT ck_cited_standing_citedstatus CHECK (status IN ('current', 'upcoming', 'replaced', 'withdrawn'))
);

CREATE INDEX ix_cited_standing_organisation_id ON cited_standing (organisation_id);

ALTER TABLE cited_standing ENABLE ROW LEVEL SECURITY;

ALTER TABLE cited_standing FORCE ROW LEVEL SECURITY;

CREATE POLICY cited_standing_organisation ON cited_standing USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE export_request (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	purpose VARCHAR NOT NULL, 
	with_keys BOOLEAN NOT NULL, 
	count INTEGER NOT NULL, 
	asked_sealed BYTEA NOT NULL, 
	requested_by UUID NOT NULL, 
	requested_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	decided_by UUID, 
	decided_at TIMESTAMP WITH TIME ZONE, 
	reason_sealed BYTEA, 
	until TIMESTAMP WITH TIME ZONE, 
	fetched_at TIMESTAMP WITH TIME ZONE, 
	digest BYTEA, 
	trace_id UUID, 
	CONSTRAINT pk_export_request PRIMARY KEY (id), 
	CONSTRAINT uq_export_request_organisation_id_number UNIQUE (organisation_id, number), 
	CONSTRAINT ck_export_request_approver_is_not_requester CHECK (decided_by <> requested_by), 
	CONSTRAINT ck_export_request_decided_by_somebody CHECK ((state = 'requested') = (decided_by IS NULL)), 
	CONSTRAINT ck_export_request_decided_at_a_time CHECK ((decided_by IS NULL) = (decided_at IS NULL)), 
	CONSTRAINT ck_export_request_refused_for_a_reason CHECK ((state = 'refused') = (reason_sealed IS NOT NULL)), 
	CONSTRAINT ck_export_request_allowed_until CHECK ((state IN ('approved', 'fetched')) = (until IS NOT NULL)), 
	CONSTRAINT ck_export_request_fetched_with_trace CHECK ((state = 'fetched') = (fetched_at IS NOT NULL AND digest IS NOT NULL AND trace_id IS NOT NULL)), 
	CONSTRAINT ck_export_request_fetched_in_time CHECK (fetched_at <= until), 
	CONSTRAINT fk_export_request_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT ck_export_request_exportstate CHECK (state IN ('requested', 'approved', 'refused', 'fetched')), 
	CONSTRAINT fk_export_request_trace_id_trace FOREIGN KEY(trace_id) REFERENCES trace (id)
);

CREATE INDEX ix_export_request_organisation_id ON export_request (organisation_id);

ALTER TABLE export_request ENABLE ROW LEVEL SECURITY;

ALTER TABLE export_request FORCE ROW LEVEL SECURITY;

CREATE POLICY export_request_organisation ON export_request USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE certificate_proposal (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	certificate_id UUID, 
	verb VARCHAR(40) NOT NULL, 
	reason VARCHAR NOT NULL, 
	content_sealed BYTEA, 
	state VARCHAR(40) NOT NULL, 
	proposed_by UUID NOT NULL, 
	proposed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	decided_by UUID, 
	decided_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_certificate_proposal PRIMARY KEY (id), 
	CONSTRAINT ck_certificate_proposal_changes_name_a_certificate CHECK ((verb = 'issue') = (certificate_id is null)), 
	CONSTRAINT ck_certificate_proposal_confirmer_is_not_proposer CHECK (state <> 'confirmed' or decided_by <> proposed_by), 
	CONSTRAINT ck_certificate_proposal_decided_has_person_and_time CHECK ((state = 'open') = (decided_by is null) and (state = 'open') = (decided_at is null)), 
	CONSTRAINT ck_certificate_proposal_has_reason CHECK (reason <> ''), 
	CONSTRAINT fk_certificate_proposal_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_certificate_proposal_certificate_id_certificate FOREIGN KEY(certificate_id) REFERENCES certificate (id), 
	CONSTRAINT ck_certificate_proposal_proposalverb CHECK (verb IN ('suspend', 'lift', 'revoke', 'correct', 'renew', 'issue')), 
	CONSTRAINT ck_certificate_proposal_proposalstate CHECK (state IN ('open', 'confirmed', 'withdrawn'))
);

CREATE INDEX ix_certificate_proposal_certificate_id ON certificate_proposal (certificate_id);

CREATE INDEX ix_certificate_proposal_organisation_id ON certificate_proposal (organisation_id);

CREATE UNIQUE INDEX uq_certificate_proposal_open ON certificate_proposal (certificate_id) WHERE state = 'open';

ALTER TABLE certificate_proposal ENABLE ROW LEVEL SECURITY;

ALTER TABLE certificate_proposal FORCE ROW LEVEL SECURITY;

CREATE POLICY certificate_proposal_organisation ON certificate_proposal USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE national_signature (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	certificate_id UUID NOT NULL, 
	key_id VARCHAR NOT NULL, 
	value BYTEA NOT NULL, 
	signed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_national_signature PRIMARY KEY (id), 
	CONSTRAINT uq_national_signature_certificate_id_key_id UNIQUE (certificate_id, key_id), 
	CONSTRAINT fk_national_signature_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_national_signature_certificate_id_certificate FOREIGN KEY(certificate_id) REFERENCES certificate (id)
);

CREATE INDEX ix_national_signature_organisation_id ON national_signature (organisation_id);

ALTER TABLE national_signature ENABLE ROW LEVEL SECURITY;

ALTER TABLE national_signature FORCE ROW LEVEL SECURITY;

CREATE POLICY national_signature_organisation ON national_signature USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE badge (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	certificate_id UUID NOT NULL, 
	achievement_id UUID NOT NULL, 
	list_number INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	secret_sealed BYTEA NOT NULL, 
	CONSTRAINT pk_badge PRIMARY KEY (id), 
	CONSTRAINT uq_badge_certificate_id UNIQUE (certificate_id), 
	CONSTRAINT uq_badge_organisation_id_list_number_position UNIQUE (organisation_id, list_number, position), 
	CONSTRAINT ck_badge_position_in_list CHECK (position >= 0 and position < 131072), 
	CONSTRAINT fk_badge_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_badge_certificate_id_certificate FOREIGN KEY(certificate_id) REFERENCES certificate (id), 
	CONSTRAINT fk_badge_achievement_id_achievement FOREIGN KEY(achievement_id) REFERENCES achievement (id)
);

CREATE INDEX ix_badge_achievement_id ON badge (achievement_id);

CREATE INDEX ix_badge_organisation_id ON badge (organisation_id);

ALTER TABLE badge ENABLE ROW LEVEL SECURITY;

ALTER TABLE badge FORCE ROW LEVEL SECURITY;

CREATE POLICY badge_organisation ON badge USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE layout_use (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	certificate_id UUID NOT NULL, 
	layout_id UUID NOT NULL, 
	language VARCHAR(40) NOT NULL, 
	CONSTRAINT pk_layout_use PRIMARY KEY (id), 
	CONSTRAINT uq_layout_use_certificate_id_language UNIQUE (certificate_id, language), 
	CONSTRAINT fk_layout_use_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_layout_use_certificate_id_certificate FOREIGN KEY(certificate_id) REFERENCES certificate (id), 
	CONSTRAINT fk_layout_use_layout_id_certificate_layout FOREIGN KEY(layout_id) REFERENCES certificate_layout (id), 
	CONSTRAINT ck_layout_use_language CHECK (language IN ('zh', 'bilingual'))
);

CREATE INDEX ix_layout_use_layout_id ON layout_use (layout_id);

CREATE INDEX ix_layout_use_organisation_id ON layout_use (organisation_id);

ALTER TABLE layout_use ENABLE ROW LEVEL SECURITY;

ALTER TABLE layout_use FORCE ROW LEVEL SECURITY;

CREATE POLICY layout_use_organisation ON layout_use USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE standard_hand (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	standard_id UUID NOT NULL, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_standard_hand PRIMARY KEY (id), 
	CONSTRAINT uq_standard_hand_standard_id_by UNIQUE (standard_id, by), 
	CONSTRAINT fk_standard_hand_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_standard_hand_standard_id_standard FOREIGN KEY(standard_id) REFERENCES standard (id)
);

CREATE INDEX ix_standard_hand_organisation_id ON standard_hand (organisation_id);

ALTER TABLE standard_hand ENABLE ROW LEVEL SECURITY;

ALTER TABLE standard_hand FORCE ROW LEVEL SECURITY;

CREATE POLICY standard_hand_organisation ON standard_hand USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE level (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	standard_id UUID NOT NULL, 
	digit INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	title_en VARCHAR NOT NULL, 
	components JSONB NOT NULL, 
	pass_mark NUMERIC(6, 2) NOT NULL, 
	CONSTRAINT pk_level PRIMARY KEY (id), 
	CONSTRAINT uq_level_standard_id_digit UNIQUE (standard_id, digit), 
	CONSTRAINT ck_level_pass_mark_of_100 CHECK (pass_mark > 0 and pass_mark <= 100), 
	CONSTRAINT fk_level_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_level_standard_id_standard FOREIGN KEY(standard_id) REFERENCES standard (id)
);

CREATE INDEX ix_level_organisation_id ON level (organisation_id);

ALTER TABLE level ENABLE ROW LEVEL SECURITY;

ALTER TABLE level FORCE ROW LEVEL SECURITY;

CREATE POLICY level_organisation ON level USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE review_rule (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	standard_id UUID, 
	stages INTEGER NOT NULL, 
	blind BOOLEAN NOT NULL, 
	trial BOOLEAN NOT NULL, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_review_rule PRIMARY KEY (id), 
	CONSTRAINT ck_review_rule_stages_1_to_3 CHECK (stages between 1 and 3), 
	CONSTRAINT fk_review_rule_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_review_rule_standard_id_standard FOREIGN KEY(standard_id) REFERENCES standard (id)
);

CREATE INDEX ix_review_rule_organisation_id ON review_rule (organisation_id);

CREATE INDEX ix_review_rule_standard_id ON review_rule (standard_id);

ALTER TABLE review_rule ENABLE ROW LEVEL SECURITY;

ALTER TABLE review_rule FORCE ROW LEVEL SECURITY;

CREATE POLICY review_rule_organisation ON review_rule USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE batch (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	standard_id UUID NOT NULL, 
	code VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	region VARCHAR NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	objection_days INTEGER NOT NULL, 
	assessor_tolerance NUMERIC(6, 2) NOT NULL, 
	simulated BOOLEAN NOT NULL, 
	created_by UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_batch PRIMARY KEY (id), 
	CONSTRAINT uq_batch_organisation_id_code UNIQUE (organisation_id, code), 
	CONSTRAINT ck_batch_region_2_to_6_digits CHECK (region ~ '^([0-9]{2}){1,3}$'), 
	CONSTRAINT ck_batch_objection_days_not_negative CHECK (objection_days >= 0), 
	CONSTRAINT ck_batch_assessor_tolerance_not_negative CHECK (assessor_tolerance >= 0), 
	CONSTRAINT fk_batch_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_batch_standard_id_standard FOREIGN KEY(standard_id) REFERENCES standard (id), 
	CONSTRAINT ck_batch_batchstate CHECK (state IN ('open', 'closed'))
);

CREATE INDEX ix_batch_organisation_id ON batch (organisation_id);

ALTER TABLE batch ENABLE ROW LEVEL SECURITY;

ALTER TABLE batch FORCE ROW LEVEL SECURITY;

CREATE POLICY batch_organisation ON batch USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE share_link (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	certificate_id UUID NOT NULL, 
	fingerprint BYTEA NOT NULL, 
	extent VARCHAR(40) NOT NULL, 
	made_by UUID NOT NULL, 
	made_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	until TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_share_link PRIMARY KEY (id), 
	CONSTRAINT uq_share_link_fingerprint UNIQUE (fingerprint), 
	CONSTRAINT ck_share_link_shows_no_photo CHECK (extent in ('face', 'least')), 
	CONSTRAINT ck_share_link_ends_later CHECK (until > made_at), 
	CONSTRAINT fk_share_link_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_share_link_certificate_id_certificate FOREIGN KEY(certificate_id) REFERENCES certificate (id), 
	CONSTRAINT ck_share_link_extent CHECK (extent IN ('photo', 'face', 'least'))
);

CREATE INDEX ix_share_link_certificate_id ON share_link (certificate_id);

CREATE INDEX ix_share_link_organisation_id ON share_link (organisation_id);

ALTER TABLE share_link ENABLE ROW LEVEL SECURITY;

ALTER TABLE share_link FORCE ROW LEVEL SECURITY;

CREATE POLICY share_link_organisation ON share_link USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE certificate_request (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	certificate_id UUID NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	asked_by UUID NOT NULL, 
	asked_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	reason_sealed BYTEA NOT NULL, 
	evidence_sealed BYTEA, 
	evidence_type VARCHAR, 
	answered_by UUID, 
	answered_at TIMESTAMP WITH TIME ZONE, 
	answer_sealed BYTEA, 
	CONSTRAINT pk_certificate_request PRIMARY KEY (id), 
	CONSTRAINT ck_certificate_request_answer_has_its_moment CHECK ((state = 'waiting') = (answered_at is null)), 
	CONSTRAINT fk_certificate_request_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_certificate_request_certificate_id_certificate FOREIGN KEY(certificate_id) REFERENCES certificate (id), 
	CONSTRAINT ck_certificate_request_requestkind CHECK (kind IN ('reprint', 'correction')), 
	CONSTRAINT ck_certificate_request_requeststate CHECK (state IN ('waiting', 'accepted', 'refused'))
);

CREATE INDEX ix_certificate_request_certificate_id ON certificate_request (certificate_id);

CREATE INDEX ix_certificate_request_organisation_id ON certificate_request (organisation_id);

CREATE UNIQUE INDEX certificate_request_waits_once ON certificate_request (certificate_id, kind) WHERE state = 'waiting';

ALTER TABLE certificate_request ENABLE ROW LEVEL SECURITY;

ALTER TABLE certificate_request FORCE ROW LEVEL SECURITY;

CREATE POLICY certificate_request_organisation ON certificate_request USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE uploaded_certificate (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	upload_id UUID NOT NULL, 
	certificate_id UUID NOT NULL, 
	place INTEGER NOT NULL, 
	CONSTRAINT pk_uploaded_certificate PRIMARY KEY (id), 
	CONSTRAINT uq_uploaded_certificate_upload_id_certificate_id UNIQUE (upload_id, certificate_id), 
	CONSTRAINT uq_uploaded_certificate_upload_id_place UNIQUE (upload_id, place), 
	CONSTRAINT fk_uploaded_certificate_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_uploaded_certificate_upload_id_national_upload FOREIGN KEY(upload_id) REFERENCES national_upload (id), 
	CONSTRAINT fk_uploaded_certificate_certificate_id_certificate FOREIGN KEY(certificate_id) REFERENCES certificate (id)
);

CREATE INDEX ix_uploaded_certificate_certificate_id ON uploaded_certificate (certificate_id);

CREATE INDEX ix_uploaded_certificate_organisation_id ON uploaded_certificate (organisation_id);

ALTER TABLE uploaded_certificate ENABLE ROW LEVEL SECURITY;

ALTER TABLE uploaded_certificate FORCE ROW LEVEL SECURITY;

CREATE POLICY uploaded_certificate_organisation ON uploaded_certificate USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE sector_module (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	standard_id UUID NOT NULL, 
	code VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	name_en VARCHAR NOT NULL, 
	sector VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	CONSTRAINT pk_sector_module PRIMARY KEY (id), 
	CONSTRAINT uq_sector_module_standard_id_code UNIQUE (standard_id, code), 
	CONSTRAINT fk_sector_module_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_sector_module_standard_id_standard FOREIGN KEY(standard_id) REFERENCES standard (id)
);

CREATE INDEX ix_sector_module_organisation_id ON sector_module (organisation_id);

ALTER TABLE sector_module ENABLE ROW LEVEL SECURITY;

ALTER TABLE sector_module FORCE ROW LEVEL SECURITY;

CREATE POLICY sector_module_organisation ON sector_module USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE carry_over (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	from_standard_id UUID NOT NULL, 
	to_standard_id UUID NOT NULL, 
	mapping JSONB NOT NULL, 
	author_id UUID NOT NULL, 
	hands JSONB NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	approver_id UUID, 
	approved_at TIMESTAMP WITH TIME ZONE, 
	done_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_carry_over PRIMARY KEY (id), 
	CONSTRAINT uq_carry_over_to_standard_id UNIQUE (to_standard_id), 
	CONSTRAINT ck_carry_over_between_two_editions CHECK (from_standard_id <> to_standard_id), 
	CONSTRAINT ck_carry_over_approver_is_not_author CHECK (approver_id is null or approver_id <> author_id and not jsonb_exists(hands, approver_id::text)), 
	CONSTRAINT ck_carry_over_approved_has_time CHECK ((approver_id is null) = (approved_at is null)), 
	CONSTRAINT ck_carry_over_done_after_approval CHECK (done_at is null or approver_id is not null), 
	CONSTRAINT fk_carry_over_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_carry_over_from_standard_id_standard FOREIGN KEY(from_standard_id) REFERENCES standard (id), 
	CONSTRAINT fk_carry_over_to_standard_id_standard FOREIGN KEY(to_standard_id) REFERENCES standard (id)
);

CREATE INDEX ix_carry_over_from_standard_id ON carry_over (from_standard_id);

CREATE INDEX ix_carry_over_organisation_id ON carry_over (organisation_id);

ALTER TABLE carry_over ENABLE ROW LEVEL SECURITY;

ALTER TABLE carry_over FORCE ROW LEVEL SECURITY;

CREATE POLICY carry_over_organisation ON carry_over USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE register_entry (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	certificate_id UUID NOT NULL, 
	verb VARCHAR(40) NOT NULL, 
	by UUID NOT NULL, 
	confirmed_by UUID, 
	proposal_id UUID, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	facts JSONB NOT NULL, 
	sequence BIGINT NOT NULL, 
	previous BYTEA NOT NULL, 
	digest BYTEA NOT NULL, 
	CONSTRAINT pk_register_entry PRIMARY KEY (id), 
	CONSTRAINT uq_register_entry_organisation_id_sequence UNIQUE (organisation_id, sequence), 
	CONSTRAINT uq_register_entry_proposal_id_certificate_id UNIQUE (proposal_id, certificate_id), 
	CONSTRAINT fk_register_entry_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_register_entry_certificate_id_certificate FOREIGN KEY(certificate_id) REFERENCES certificate (id), 
	CONSTRAINT ck_register_entry_entryverb CHECK (verb IN ('issued', 'suspended', 'lifted', 'revoked', 'superseded', 're_signed')), 
	CONSTRAINT fk_register_entry_proposal_id_certificate_proposal FOREIGN KEY(proposal_id) REFERENCES certificate_proposal (id)
);

CREATE INDEX ix_register_entry_certificate_id ON register_entry (certificate_id);

CREATE INDEX ix_register_entry_organisation_id ON register_entry (organisation_id);

CREATE UNIQUE INDEX uq_register_entry_issued ON register_entry (certificate_id) WHERE verb = 'issued';

ALTER TABLE register_entry ENABLE ROW LEVEL SECURITY;

ALTER TABLE register_entry FORCE ROW LEVEL SECURITY;

CREATE POLICY register_entry_organisation ON register_entry USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE range (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	standard_id UUID NOT NULL, 
	code VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	name_en VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	module_id UUID, 
	CONSTRAINT pk_range PRIMARY KEY (id), 
	CONSTRAINT uq_range_standard_id_code UNIQUE (standard_id, code), 
	CONSTRAINT fk_range_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_range_standard_id_standard FOREIGN KEY(standard_id) REFERENCES standard (id), 
	CONSTRAINT ck_range_rangekind CHECK (kind IN ('basic', 'function')), 
	CONSTRAINT fk_range_module_id_sector_module FOREIGN KEY(module_id) REFERENCES sector_module (id)
);

CREATE INDEX ix_range_module_id ON range (module_id);

CREATE INDEX ix_range_organisation_id ON range (organisation_id);

ALTER TABLE range ENABLE ROW LEVEL SECURITY;

ALTER TABLE range FORCE ROW LEVEL SECURITY;

CREATE POLICY range_organisation ON range USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE task (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	standard_id UUID NOT NULL, 
	level_id UUID NOT NULL, 
	code VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	author_id UUID NOT NULL, 
	unit VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	title_en VARCHAR NOT NULL, 
	minutes INTEGER NOT NULL, 
	marks NUMERIC(6, 2) NOT NULL, 
	demonstration BOOLEAN NOT NULL, 
	sheet JSONB NOT NULL, 
	body_sealed BYTEA NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	submitted_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_task PRIMARY KEY (id), 
	CONSTRAINT uq_task_standard_id_code_number UNIQUE (standard_id, code, number), 
	CONSTRAINT uq_task_id_author_id UNIQUE (id, author_id), 
	CONSTRAINT ck_task_number_positive CHECK (number > 0), 
	CONSTRAINT ck_task_minutes_1_to_600 CHECK (minutes between 1 and 600), 
	CONSTRAINT ck_task_marks_of_100 CHECK (marks > 0 and marks <= 100), 
	CONSTRAINT ck_task_submitted_has_time CHECK ((state = 'draft') = (submitted_at is null)), 
	CONSTRAINT fk_task_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_task_standard_id_standard FOREIGN KEY(standard_id) REFERENCES standard (id), 
	CONSTRAINT fk_task_level_id_level FOREIGN KEY(level_id) REFERENCES level (id), 
	CONSTRAINT ck_task_taskstate CHECK (state IN ('draft', 'in_review', 'returned', 'approved', 'superseded', 'retired'))
);

CREATE INDEX ix_task_level_id ON task (level_id);

CREATE INDEX ix_task_organisation_id ON task (organisation_id);

CREATE INDEX ix_task_state ON task (state);

CREATE UNIQUE INDEX uq_task_in_force ON task (standard_id, code) WHERE state = 'approved';

CREATE UNIQUE INDEX uq_task_open ON task (standard_id, code) WHERE state in ('draft', 'in_review');

ALTER TABLE task ENABLE ROW LEVEL SECURITY;

ALTER TABLE task FORCE ROW LEVEL SECURITY;

CREATE POLICY task_organisation ON task USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE specification (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	standard_id UUID NOT NULL, 
	level_id UUID NOT NULL, 
	name VARCHAR NOT NULL, 
	created_by UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_specification PRIMARY KEY (id), 
	CONSTRAINT uq_specification_organisation_id_name UNIQUE (organisation_id, name), 
	CONSTRAINT fk_specification_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_specification_standard_id_standard FOREIGN KEY(standard_id) REFERENCES standard (id), 
	CONSTRAINT fk_specification_level_id_level FOREIGN KEY(level_id) REFERENCES level (id)
);

CREATE INDEX ix_specification_organisation_id ON specification (organisation_id);

ALTER TABLE specification ENABLE ROW LEVEL SECURITY;

ALTER TABLE specification FORCE ROW LEVEL SECURITY;

CREATE POLICY specification_organisation ON specification USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE project_table (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	level_id UUID NOT NULL, 
	created_by UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_project_table PRIMARY KEY (id), 
	CONSTRAINT uq_project_table_level_id UNIQUE (level_id), 
	CONSTRAINT fk_project_table_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_project_table_level_id_level FOREIGN KEY(level_id) REFERENCES level (id)
);

CREATE INDEX ix_project_table_organisation_id ON project_table (organisation_id);

ALTER TABLE project_table ENABLE ROW LEVEL SECURITY;

ALTER TABLE project_table FORCE ROW LEVEL SECURITY;

CREATE POLICY project_table_organisation ON project_table USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE calibration_run (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	level_id UUID NOT NULL, 
	name VARCHAR NOT NULL, 
	model VARCHAR NOT NULL, 
	persons INTEGER NOT NULL, 
	items INTEGER NOT NULL, 
	loglik DOUBLE PRECISION NOT NULL, 
	iterations INTEGER NOT NULL, 
	converged BOOLEAN NOT NULL, 
	reliability DOUBLE PRECISION, 
	simulated BOOLEAN NOT NULL, 
	verdict VARCHAR(40) NOT NULL, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	adopted_by UUID, 
	adopted_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_calibration_run PRIMARY KEY (id), 
	CONSTRAINT fk_calibration_run_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_calibration_run_level_id_level FOREIGN KEY(level_id) REFERENCES level (id), 
	CONSTRAINT ck_calibration_run_runverdict CHECK (verdict IN ('proposed', 'adopted', 'rejected'))
);

CREATE INDEX ix_calibration_run_level ON calibration_run (level_id);

CREATE INDEX ix_calibration_run_organisation_id ON calibration_run (organisation_id);

ALTER TABLE calibration_run ENABLE ROW LEVEL SECURITY;

ALTER TABLE calibration_run FORCE ROW LEVEL SECURITY;

CREATE POLICY calibration_run_organisation ON calibration_run USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE practice_set (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	level_id UUID NOT NULL, 
	title VARCHAR NOT NULL, 
	key VARCHAR NOT NULL, 
	published_by UUID NOT NULL, 
	published_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	closed_by UUID, 
	closed_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_practice_set PRIMARY KEY (id), 
	CONSTRAINT uq_practice_set_key UNIQUE (key), 
	CONSTRAINT ck_practice_set_closed_at_a_time CHECK ((closed_by IS NULL) = (closed_at IS NULL)), 
	CONSTRAINT fk_practice_set_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_practice_set_level_id_level FOREIGN KEY(level_id) REFERENCES level (id)
);

CREATE INDEX ix_practice_set_level_id ON practice_set (level_id);

CREATE INDEX ix_practice_set_organisation_id ON practice_set (organisation_id);

ALTER TABLE practice_set ENABLE ROW LEVEL SECURITY;

ALTER TABLE practice_set FORCE ROW LEVEL SECURITY;

CREATE POLICY practice_set_organisation ON practice_set USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE upload_receipt (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	upload_id UUID NOT NULL, 
	certificate_id UUID NOT NULL, 
	version INTEGER NOT NULL, 
	accepted BOOLEAN NOT NULL, 
	reason VARCHAR NOT NULL, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_upload_receipt PRIMARY KEY (id), 
	CONSTRAINT uq_upload_receipt_upload_id_certificate_id_version UNIQUE (upload_id, certificate_id, version), 
	CONSTRAINT fk_upload_receipt_upload_id_certificate_id_uploaded_certificate FOREIGN KEY(upload_id, certificate_id) REFERENCES uploaded_certificate (upload_id, certificate_id), 
	CONSTRAINT ck_upload_receipt_rejected_for_a_reason CHECK (accepted OR reason <> ''), 
	CONSTRAINT fk_upload_receipt_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_upload_receipt_certificate_id ON upload_receipt (certificate_id);

CREATE INDEX ix_upload_receipt_organisation_id ON upload_receipt (organisation_id);

ALTER TABLE upload_receipt ENABLE ROW LEVEL SECURITY;

ALTER TABLE upload_receipt FORCE ROW LEVEL SECURITY;

CREATE POLICY upload_receipt_organisation ON upload_receipt USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE assignment (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	writer_id UUID NOT NULL, 
	level_id UUID NOT NULL, 
	due_on DATE NOT NULL, 
	note_sealed BYTEA, 
	given_by UUID NOT NULL, 
	given_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	withdrawn_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_assignment PRIMARY KEY (id), 
	CONSTRAINT uq_assignment_organisation_id_number UNIQUE (organisation_id, number), 
	CONSTRAINT ck_assignment_due_after_it_was_given CHECK (due_on >= (given_at AT TIME ZONE 'Asia/Shanghai')::date), 
	CONSTRAINT fk_assignment_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_assignment_level_id_level FOREIGN KEY(level_id) REFERENCES level (id)
);

CREATE INDEX ix_assignment_organisation_id ON assignment (organisation_id);

CREATE INDEX ix_assignment_writer_id ON assignment (writer_id);

ALTER TABLE assignment ENABLE ROW LEVEL SECURITY;

ALTER TABLE assignment FORCE ROW LEVEL SECURITY;

CREATE POLICY assignment_organisation ON assignment USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE weight (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	range_id UUID NOT NULL, 
	level_id UUID NOT NULL, 
	component VARCHAR(40) NOT NULL, 
	percent NUMERIC(6, 2) NOT NULL, 
	CONSTRAINT pk_weight PRIMARY KEY (id), 
	CONSTRAINT uq_weight_range_id_level_id_component UNIQUE (range_id, level_id, component), 
	CONSTRAINT ck_weight_percent_of_100 CHECK (percent >= 0 and percent <= 100), 
	CONSTRAINT fk_weight_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_weight_range_id_range FOREIGN KEY(range_id) REFERENCES range (id), 
	CONSTRAINT fk_weight_level_id_level FOREIGN KEY(level_id) REFERENCES level (id), 
	CONSTRAINT ck_weight_component CHECK (component IN ('theory', 'skill', 'review'))
);

CREATE INDEX ix_weight_level_id ON weight (level_id);

CREATE INDEX ix_weight_organisation_id ON weight (organisation_id);

ALTER TABLE weight ENABLE ROW LEVEL SECURITY;

ALTER TABLE weight FORCE ROW LEVEL SECURITY;

CREATE POLICY weight_organisation ON weight USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE specification_version (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	specification_id UUID NOT NULL, 
	minutes INTEGER NOT NULL, 
	rules JSONB NOT NULL, 
	number INTEGER NOT NULL, 
	author_id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_specification_version PRIMARY KEY (id), 
	CONSTRAINT uq_specification_version_specification_id_number UNIQUE (specification_id, number), 
	CONSTRAINT uq_specification_version_id_specification_id UNIQUE (id, specification_id), 
	CONSTRAINT uq_specification_version_id_author_id UNIQUE (id, author_id), 
	CONSTRAINT ck_specification_version_number_positive CHECK (number > 0), 
	CONSTRAINT ck_specification_version_minutes_positive CHECK (minutes > 0), 
	CONSTRAINT fk_specification_version_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_specification_version_specification_id_specification FOREIGN KEY(specification_id) REFERENCES specification (id)
);

CREATE INDEX ix_specification_version_organisation_id ON specification_version (organisation_id);

ALTER TABLE specification_version ENABLE ROW LEVEL SECURITY;

ALTER TABLE specification_version FORCE ROW LEVEL SECURITY;

CREATE POLICY specification_version_organisation ON specification_version USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE project_table_version (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	table_id UUID NOT NULL, 
	content JSONB NOT NULL, 
	number INTEGER NOT NULL, 
	author_id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_project_table_version PRIMARY KEY (id), 
	CONSTRAINT uq_project_table_version_table_id_number UNIQUE (table_id, number), 
	CONSTRAINT uq_project_table_version_id_table_id UNIQUE (id, table_id), 
	CONSTRAINT uq_project_table_version_id_author_id UNIQUE (id, author_id), 
	CONSTRAINT ck_project_table_version_number_positive CHECK (number > 0), 
	CONSTRAINT fk_project_table_version_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_project_table_version_table_id_project_table FOREIGN KEY(table_id) REFERENCES project_table (id)
);

CREATE INDEX ix_project_table_version_organisation_id ON project_table_version (organisation_id);

ALTER TABLE project_table_version ENABLE ROW LEVEL SECURITY;

ALTER TABLE project_table_version FORCE ROW LEVEL SECURITY;

CREATE POLICY project_table_version_organisation ON project_table_version USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE work_content (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	standard_id UUID NOT NULL, 
	range_id UUID NOT NULL, 
	code VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	name_en VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	CONSTRAINT pk_work_content PRIMARY KEY (id), 
	CONSTRAINT uq_work_content_standard_id_code UNIQUE (standard_id, code), 
	CONSTRAINT fk_work_content_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_work_content_standard_id_standard FOREIGN KEY(standard_id) REFERENCES standard (id), 
	CONSTRAINT fk_work_content_range_id_range FOREIGN KEY(range_id) REFERENCES range (id)
);

CREATE INDEX ix_work_content_organisation_id ON work_content (organisation_id);

CREATE INDEX ix_work_content_range_id ON work_content (range_id);

ALTER TABLE work_content ENABLE ROW LEVEL SECURITY;

ALTER TABLE work_content FORCE ROW LEVEL SECURITY;

CREATE POLICY work_content_organisation ON work_content USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE subrange (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	standard_id UUID NOT NULL, 
	range_id UUID NOT NULL, 
	code VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	name_en VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	percents JSONB NOT NULL, 
	CONSTRAINT pk_subrange PRIMARY KEY (id), 
	CONSTRAINT uq_subrange_standard_id_code UNIQUE (standard_id, code), 
	CONSTRAINT fk_subrange_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_subrange_standard_id_standard FOREIGN KEY(standard_id) REFERENCES standard (id), 
	CONSTRAINT fk_subrange_range_id_range FOREIGN KEY(range_id) REFERENCES range (id)
);

CREATE INDEX ix_subrange_organisation_id ON subrange (organisation_id);

CREATE INDEX ix_subrange_range_id ON subrange (range_id);

ALTER TABLE subrange ENABLE ROW LEVEL SECURITY;

ALTER TABLE subrange FORCE ROW LEVEL SECURITY;

CREATE POLICY subrange_organisation ON subrange USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE item_grant (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	grantee_id UUID NOT NULL, 
	level_id UUID NOT NULL, 
	range_id UUID, 
	selected BOOLEAN NOT NULL, 
	subject JSONB NOT NULL, 
	purpose VARCHAR NOT NULL, 
	takes BOOLEAN NOT NULL, 
	keeps BOOLEAN NOT NULL, 
	since DATE NOT NULL, 
	until DATE NOT NULL, 
	proposed_by UUID NOT NULL, 
	proposed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	offered_by UUID, 
	offered_at TIMESTAMP WITH TIME ZONE, 
	answered_by UUID, 
	answered_at TIMESTAMP WITH TIME ZONE, 
	accepted BOOLEAN, 
	ended_by UUID, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_item_grant PRIMARY KEY (id), 
	CONSTRAINT uq_item_grant_organisation_id_number UNIQUE (organisation_id, number), 
	CONSTRAINT ck_item_grant_grantee_is_another CHECK (grantee_id <> organisation_id), 
	CONSTRAINT ck_item_grant_ends_after_beginning CHECK (until >= since), 
	CONSTRAINT ck_item_grant_offered_by_another CHECK (offered_by <> proposed_by), 
	CONSTRAINT ck_item_grant_offered_at_a_time CHECK ((offered_by IS NULL) = (offered_at IS NULL)), 
	CONSTRAINT ck_item_grant_answered_at_a_time CHECK ((answered_by IS NULL) = (answered_at IS NULL)), 
	CONSTRAINT ck_item_grant_answered_yes_or_no CHECK ((accepted IS NULL) = (answered_at IS NULL)), 
	CONSTRAINT ck_item_grant_ended_at_a_time CHECK ((ended_by IS NULL) = (ended_at IS NULL)), 
	CONSTRAINT fk_item_grant_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_item_grant_grantee_id_organisation FOREIGN KEY(grantee_id) REFERENCES organisation (id), 
	CONSTRAINT fk_item_grant_level_id_level FOREIGN KEY(level_id) REFERENCES level (id), 
	CONSTRAINT fk_item_grant_range_id_range FOREIGN KEY(range_id) REFERENCES range (id)
);

CREATE INDEX ix_item_grant_grantee_id ON item_grant (grantee_id);

CREATE INDEX ix_item_grant_organisation_id ON item_grant (organisation_id);

ALTER TABLE item_grant ENABLE ROW LEVEL SECURITY;

ALTER TABLE item_grant FORCE ROW LEVEL SECURITY;

CREATE POLICY item_grant_organisation ON item_grant USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE task_review (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	task_id UUID NOT NULL, 
	author_id UUID NOT NULL, 
	reviewer_id UUID NOT NULL, 
	verdict VARCHAR(40) NOT NULL, 
	comment_sealed BYTEA, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_task_review PRIMARY KEY (id), 
	CONSTRAINT fk_task_review_task_id_author_id_task FOREIGN KEY(task_id, author_id) REFERENCES task (id, author_id), 
	CONSTRAINT ck_task_review_reviewer_is_not_author CHECK (reviewer_id <> author_id), 
	CONSTRAINT uq_task_review_task_id_reviewer_id UNIQUE (task_id, reviewer_id), 
	CONSTRAINT fk_task_review_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT ck_task_review_verdict CHECK (verdict IN ('approve', 'return'))
);

CREATE INDEX ix_task_review_organisation_id ON task_review (organisation_id);

ALTER TABLE task_review ENABLE ROW LEVEL SECURITY;

ALTER TABLE task_review FORCE ROW LEVEL SECURITY;

CREATE POLICY task_review_organisation ON task_review USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE point (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	standard_id UUID NOT NULL, 
	range_id UUID NOT NULL, 
	subrange_id UUID, 
	code VARCHAR NOT NULL, 
	path VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	name_en VARCHAR NOT NULL, 
	fact VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	lowest_level INTEGER NOT NULL, 
	importance VARCHAR(40) NOT NULL, 
	confidence VARCHAR NOT NULL, 
	currency VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	CONSTRAINT pk_point PRIMARY KEY (id), 
	CONSTRAINT uq_point_standard_id_code UNIQUE (standard_id, code), 
	CONSTRAINT uq_point_id_organisation_id UNIQUE (id, organisation_id), 
	CONSTRAINT fk_point_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_point_standard_id_standard FOREIGN KEY(standard_id) REFERENCES standard (id), 
	CONSTRAINT fk_point_range_id_range FOREIGN KEY(range_id) REFERENCES range (id), 
	CONSTRAINT fk_point_subrange_id_subrange FOREIGN KEY(subrange_id) REFERENCES subrange (id), 
	CONSTRAINT ck_point_importance CHECK (importance IN ('X', 'Y', 'Z'))
);

CREATE INDEX ix_point_organisation_id ON point (organisation_id);

CREATE INDEX ix_point_range_id ON point (range_id);

CREATE INDEX ix_point_subrange_id ON point (subrange_id);

ALTER TABLE point ENABLE ROW LEVEL SECURITY;

ALTER TABLE point FORCE ROW LEVEL SECURITY;

CREATE POLICY point_organisation ON point USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE specification_approval (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	version_id UUID NOT NULL, 
	author_id UUID NOT NULL, 
	approver_id UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_specification_approval PRIMARY KEY (id), 
	CONSTRAINT uq_specification_approval_version_id UNIQUE (version_id), 
	CONSTRAINT fk_specification_approval_version_id_author_id_specific_2f27 FOREIGN KEY(version_id, author_id) REFERENCES specification_version (id, author_id), 
	CONSTRAINT ck_specification_approval_approver_is_not_author CHECK (approver_id <> author_id), 
	CONSTRAINT fk_specification_approval_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_specification_approval_organisation_id ON specification_approval (organisation_id);

ALTER TABLE specification_approval ENABLE ROW LEVEL SECURITY;

ALTER TABLE specification_approval FORCE ROW LEVEL SECURITY;

CREATE POLICY specification_approval_organisation ON specification_approval USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE assembly_run (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	specification_id UUID NOT NULL, 
	version_id UUID NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	report JSONB NOT NULL, 
	left_out JSONB NOT NULL, 
	attempt INTEGER NOT NULL, 
	progress JSONB, 
	CONSTRAINT pk_assembly_run PRIMARY KEY (id), 
	CONSTRAINT fk_assembly_run_version_id_specification_id_specificati_1a00 FOREIGN KEY(version_id, specification_id) REFERENCES specification_version (id, specification_id), 
	CONSTRAINT ck_assembly_run_attempt_not_negative CHECK (attempt >= 0), 
	CONSTRAINT fk_assembly_run_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_assembly_run_specification_id_specification FOREIGN KEY(specification_id) REFERENCES specification (id), 
	CONSTRAINT ck_assembly_run_runstate CHECK (state IN ('queued', 'running', 'solved', 'infeasible', 'undecided', 'cancelled', 'overtaken', 'failed'))
);

CREATE INDEX ix_assembly_run_organisation_id ON assembly_run (organisation_id);

CREATE INDEX ix_assembly_run_specification_id ON assembly_run (specification_id);

ALTER TABLE assembly_run ENABLE ROW LEVEL SECURITY;

ALTER TABLE assembly_run FORCE ROW LEVEL SECURITY;

CREATE POLICY assembly_run_organisation ON assembly_run USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE project_table_approval (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	version_id UUID NOT NULL, 
	author_id UUID NOT NULL, 
	approver_id UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_project_table_approval PRIMARY KEY (id), 
	CONSTRAINT uq_project_table_approval_version_id UNIQUE (version_id), 
	CONSTRAINT fk_project_table_approval_version_id_author_id_project__5b50 FOREIGN KEY(version_id, author_id) REFERENCES project_table_version (id, author_id), 
	CONSTRAINT ck_project_table_approval_approver_is_not_author CHECK (approver_id <> author_id), 
	CONSTRAINT fk_project_table_approval_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_project_table_approval_organisation_id ON project_table_approval (organisation_id);

ALTER TABLE project_table_approval ENABLE ROW LEVEL SECURITY;

ALTER TABLE project_table_approval FORCE ROW LEVEL SECURITY;

CREATE POLICY project_table_approval_organisation ON project_table_approval USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE skill_draw (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	table_id UUID NOT NULL, 
	version_id UUID NOT NULL, 
	seed BIGINT NOT NULL, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	report JSONB NOT NULL, 
	CONSTRAINT pk_skill_draw PRIMARY KEY (id), 
	CONSTRAINT fk_skill_draw_version_id_table_id_project_table_version FOREIGN KEY(version_id, table_id) REFERENCES project_table_version (id, table_id), 
	CONSTRAINT fk_skill_draw_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_skill_draw_table_id_project_table FOREIGN KEY(table_id) REFERENCES project_table (id)
);

CREATE INDEX ix_skill_draw_organisation_id ON skill_draw (organisation_id);

CREATE INDEX ix_skill_draw_table_id ON skill_draw (table_id);

ALTER TABLE skill_draw ENABLE ROW LEVEL SECURITY;

ALTER TABLE skill_draw FORCE ROW LEVEL SECURITY;

CREATE POLICY skill_draw_organisation ON skill_draw USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE requirement (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	standard_id UUID NOT NULL, 
	content_id UUID NOT NULL, 
	level_id UUID NOT NULL, 
	skills JSONB NOT NULL, 
	knowledge JSONB NOT NULL, 
	CONSTRAINT pk_requirement PRIMARY KEY (id), 
	CONSTRAINT uq_requirement_content_id_level_id UNIQUE (content_id, level_id), 
	CONSTRAINT fk_requirement_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_requirement_standard_id_standard FOREIGN KEY(standard_id) REFERENCES standard (id), 
	CONSTRAINT fk_requirement_content_id_work_content FOREIGN KEY(content_id) REFERENCES work_content (id), 
	CONSTRAINT fk_requirement_level_id_level FOREIGN KEY(level_id) REFERENCES level (id)
);

CREATE INDEX ix_requirement_level_id ON requirement (level_id);

CREATE INDEX ix_requirement_organisation_id ON requirement (organisation_id);

CREATE INDEX ix_requirement_standard_id ON requirement (standard_id);

ALTER TABLE requirement ENABLE ROW LEVEL SECURITY;

ALTER TABLE requirement FORCE ROW LEVEL SECURITY;

CREATE POLICY requirement_organisation ON requirement USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE item (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	standard_id UUID NOT NULL, 
	level_id UUID NOT NULL, 
	point_id UUID NOT NULL, 
	code VARCHAR NOT NULL, 
	type VARCHAR(40) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	stage VARCHAR(40), 
	author_id UUID NOT NULL, 
	use VARCHAR(40) DEFAULT 'secure' NOT NULL, 
	demonstration BOOLEAN NOT NULL, 
	ai_assisted BOOLEAN NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	carried_from_id UUID, 
	carry_over_id UUID, 
	CONSTRAINT pk_item PRIMARY KEY (id), 
	CONSTRAINT uq_item_id_point_id UNIQUE (id, point_id), 
	CONSTRAINT uq_item_organisation_id_code UNIQUE (organisation_id, code) INCLUDE (id, author_id), 
	CONSTRAINT uq_item_carry_over_id_carried_from_id UNIQUE (carry_over_id, carried_from_id), 
	CONSTRAINT ck_item_stage_in_review CHECK ((state = 'in_review') = (stage IS NOT NULL)), 
	CONSTRAINT ck_item_carried_has_origin CHECK ((carry_over_id IS NULL) = (carried_from_id IS NULL)), 
	CONSTRAINT fk_item_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_item_standard_id_standard FOREIGN KEY(standard_id) REFERENCES standard (id), 
	CONSTRAINT fk_item_level_id_level FOREIGN KEY(level_id) REFERENCES level (id), 
	CONSTRAINT fk_item_point_id_point FOREIGN KEY(point_id) REFERENCES point (id), 
	CONSTRAINT ck_item_itemtype CHECK (type IN ('true_false', 'single_choice', 'multiple_choice', 'fill_in', 'numeric', 'matching', 'ordering', 'cloze', 'hotspot', 'short_answer', 'essay', 'file_upload', 'case')), 
	CONSTRAINT ck_item_itemstate CHECK (state IN ('draft', 'in_review', 'returned', 'trial', 'approved', 'in_use', 'recheck', 'retired')), 
	CONSTRAINT ck_item_reviewstage CHECK (stage IN ('first', 'second', 'final')), 
	CONSTRAINT ck_item_itemuse CHECK (use IN ('secure', 'practice')), 
	CONSTRAINT fk_item_carried_from_id_item FOREIGN KEY(carried_from_id) REFERENCES item (id), 
	CONSTRAINT fk_item_carry_over_id_carry_over FOREIGN KEY(carry_over_id) REFERENCES carry_over (id)
);

CREATE INDEX ix_item_carried_from_id ON item (carried_from_id);

CREATE INDEX ix_item_level_id ON item (level_id);

CREATE INDEX ix_item_organisation_id ON item (organisation_id);

CREATE INDEX ix_item_organisation_id_item_state_item_author_id ON item (organisation_id, state, author_id) INCLUDE (id);

CREATE INDEX ix_item_point_id ON item (point_id);

CREATE INDEX ix_item_standard_id ON item (standard_id);

CREATE INDEX ix_item_state ON item (state);

ALTER TABLE item ENABLE ROW LEVEL SECURITY;

ALTER TABLE item FORCE ROW LEVEL SECURITY;

CREATE POLICY item_organisation ON item USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE paper (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	run_id UUID NOT NULL, 
	specification_id UUID NOT NULL, 
	code VARCHAR NOT NULL, 
	label VARCHAR NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	assembled_by UUID NOT NULL, 
	assembled_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	approved_by UUID, 
	sealed_at TIMESTAMP WITH TIME ZONE, 
	digest BYTEA, 
	CONSTRAINT pk_paper PRIMARY KEY (id), 
	CONSTRAINT uq_paper_run_id_label UNIQUE (run_id, label), 
	CONSTRAINT uq_paper_id_digest UNIQUE (id, digest), 
	CONSTRAINT uq_paper_organisation_id_code UNIQUE (organisation_id, code), 
	CONSTRAINT ck_paper_approver_is_not_assembler CHECK (approved_by is null or approved_by <> assembled_by), 
	CONSTRAINT ck_paper_sealed_has_time CHECK ((state = 'sealed') = (sealed_at is not null)), 
	CONSTRAINT ck_paper_sealed_has_approver CHECK ((state = 'sealed') = (approved_by is not null)), 
	CONSTRAINT ck_paper_sealed_has_digest CHECK ((state = 'sealed') = (digest is not null)), 
	CONSTRAINT fk_paper_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_paper_run_id_assembly_run FOREIGN KEY(run_id) REFERENCES assembly_run (id), 
	CONSTRAINT fk_paper_specification_id_specification FOREIGN KEY(specification_id) REFERENCES specification (id), 
	CONSTRAINT ck_paper_paperstate CHECK (state IN ('assembled', 'sealed', 'discarded'))
);

CREATE INDEX ix_paper_organisation_id ON paper (organisation_id);

CREATE INDEX ix_paper_specification_id ON paper (specification_id);

ALTER TABLE paper ENABLE ROW LEVEL SECURITY;

ALTER TABLE paper FORCE ROW LEVEL SECURITY;

CREATE POLICY paper_organisation ON paper USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE skill_paper (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	draw_id UUID NOT NULL, 
	table_id UUID NOT NULL, 
	code VARCHAR NOT NULL, 
	label VARCHAR NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	assembled_by UUID NOT NULL, 
	assembled_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	approved_by UUID, 
	sealed_at TIMESTAMP WITH TIME ZONE, 
	digest BYTEA, 
	CONSTRAINT pk_skill_paper PRIMARY KEY (id), 
	CONSTRAINT uq_skill_paper_draw_id_label UNIQUE (draw_id, label), 
	CONSTRAINT uq_skill_paper_organisation_id_code UNIQUE (organisation_id, code), 
	CONSTRAINT ck_skill_paper_approver_is_not_assembler CHECK (approved_by is null or approved_by <> assembled_by), 
	CONSTRAINT ck_skill_paper_sealed_has_time CHECK ((state = 'sealed') = (sealed_at is not null)), 
	CONSTRAINT ck_skill_paper_sealed_has_approver CHECK ((state = 'sealed') = (approved_by is not null)), 
	CONSTRAINT ck_skill_paper_sealed_has_digest CHECK ((state = 'sealed') = (digest is not null)), 
	CONSTRAINT fk_skill_paper_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_skill_paper_draw_id_skill_draw FOREIGN KEY(draw_id) REFERENCES skill_draw (id), 
	CONSTRAINT fk_skill_paper_table_id_project_table FOREIGN KEY(table_id) REFERENCES project_table (id), 
	CONSTRAINT ck_skill_paper_paperstate CHECK (state IN ('assembled', 'sealed', 'discarded'))
);

CREATE INDEX ix_skill_paper_organisation_id ON skill_paper (organisation_id);

CREATE INDEX ix_skill_paper_table_id ON skill_paper (table_id);

ALTER TABLE skill_paper ENABLE ROW LEVEL SECURITY;

ALTER TABLE skill_paper FORCE ROW LEVEL SECURITY;

CREATE POLICY skill_paper_organisation ON skill_paper USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE assignment_line (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	assignment_id UUID NOT NULL, 
	position INTEGER NOT NULL, 
	point_id UUID NOT NULL, 
	type VARCHAR(40), 
	difficulty INTEGER, 
	quota INTEGER NOT NULL, 
	CONSTRAINT pk_assignment_line PRIMARY KEY (id), 
	CONSTRAINT uq_assignment_line_assignment_id_position UNIQUE (assignment_id, position), 
	CONSTRAINT ck_assignment_line_quota_is_positive CHECK (quota BETWEEN 1 AND 200), 
	CONSTRAINT ck_assignment_line_difficulty_1_to_5 CHECK (difficulty BETWEEN 1 AND 5), 
	CONSTRAINT fk_assignment_line_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_assignment_line_assignment_id_assignment FOREIGN KEY(assignment_id) REFERENCES assignment (id), 
	CONSTRAINT fk_assignment_line_point_id_point FOREIGN KEY(point_id) REFERENCES point (id), 
	CONSTRAINT ck_assignment_line_itemtype CHECK (type IN ('true_false', 'single_choice', 'multiple_choice', 'fill_in', 'numeric', 'matching', 'ordering', 'cloze', 'hotspot', 'short_answer', 'essay', 'file_upload', 'case'))
);

CREATE INDEX ix_assignment_line_organisation_id ON assignment_line (organisation_id);

CREATE INDEX ix_assignment_line_point_id ON assignment_line (point_id);

ALTER TABLE assignment_line ENABLE ROW LEVEL SECURITY;

ALTER TABLE assignment_line FORCE ROW LEVEL SECURITY;

CREATE POLICY assignment_line_organisation ON assignment_line USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE revision (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	author_id UUID NOT NULL, 
	body_sealed BYTEA NOT NULL, 
	source_standard VARCHAR NOT NULL, 
	source_edition VARCHAR NOT NULL, 
	source_clause VARCHAR NOT NULL, 
	difficulty INTEGER NOT NULL, 
	consistency INTEGER NOT NULL, 
	content_hash BYTEA NOT NULL, 
	marking_hash BYTEA NOT NULL, 
	rule_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	submitted_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_revision PRIMARY KEY (id), 
	CONSTRAINT uq_revision_item_id_number UNIQUE (item_id, number), 
	CONSTRAINT uq_revision_id_author_id_content_hash UNIQUE (id, author_id, content_hash), 
	CONSTRAINT uq_revision_id_item_id UNIQUE (id, item_id), 
	CONSTRAINT ck_revision_number_positive CHECK (number > 0), 
	CONSTRAINT ck_revision_difficulty_1_to_5 CHECK (difficulty between 1 and 5), 
	CONSTRAINT ck_revision_consistency_1_to_5 CHECK (consistency between 1 and 5), 
	CONSTRAINT fk_revision_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_revision_item_id_item FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_revision_rule_id_review_rule FOREIGN KEY(rule_id) REFERENCES review_rule (id)
);

CREATE INDEX ix_revision_asked ON revision (organisation_id, item_id, number) INCLUDE (id, author_id, difficulty, source_standard, submitted_at);

CREATE INDEX ix_revision_organisation_id ON revision (organisation_id);

ALTER TABLE revision ENABLE ROW LEVEL SECURITY;

ALTER TABLE revision FORCE ROW LEVEL SECURITY;

CREATE POLICY revision_organisation ON revision USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE item_move (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	reason VARCHAR(40) NOT NULL, 
	note_sealed BYTEA, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_item_move PRIMARY KEY (id), 
	CONSTRAINT fk_item_move_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_item_move_item_id_item FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT ck_item_move_itemstate CHECK (state IN ('draft', 'in_review', 'returned', 'trial', 'approved', 'in_use', 'recheck', 'retired')), 
	CONSTRAINT ck_item_move_movereason CHECK (reason IN ('source_replaced', 'statistics', 'complaint', 'exposed', 'duplicate', 'periodic', 'tried', 'sound', 'other'))
);

CREATE INDEX ix_item_move_item_id ON item_move (item_id);

CREATE INDEX ix_item_move_organisation_id ON item_move (organisation_id);

ALTER TABLE item_move ENABLE ROW LEVEL SECURITY;

ALTER TABLE item_move FORCE ROW LEVEL SECURITY;

CREATE POLICY item_move_organisation ON item_move USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE picture (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	media_type VARCHAR NOT NULL, 
	width INTEGER NOT NULL, 
	height INTEGER NOT NULL, 
	alternative VARCHAR NOT NULL, 
	content_sealed BYTEA NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_picture PRIMARY KEY (id), 
	CONSTRAINT fk_picture_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_picture_item_id_item FOREIGN KEY(item_id) REFERENCES item (id)
);

CREATE INDEX ix_picture_item_id ON picture (item_id);

CREATE INDEX ix_picture_organisation_id ON picture (organisation_id);

ALTER TABLE picture ENABLE ROW LEVEL SECURITY;

ALTER TABLE picture FORCE ROW LEVEL SECURITY;

CREATE POLICY picture_organisation ON picture USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE swap (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	paper_id UUID NOT NULL, 
	item_out_id UUID NOT NULL, 
	item_in_id UUID NOT NULL, 
	reason VARCHAR NOT NULL, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_swap PRIMARY KEY (id), 
	CONSTRAINT ck_swap_swap_changes_item CHECK (item_out_id <> item_in_id), 
	CONSTRAINT ck_swap_swap_has_reason CHECK (reason <> ''), 
	CONSTRAINT fk_swap_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_swap_paper_id_paper FOREIGN KEY(paper_id) REFERENCES paper (id), 
	CONSTRAINT fk_swap_item_out_id_item FOREIGN KEY(item_out_id) REFERENCES item (id), 
	CONSTRAINT fk_swap_item_in_id_item FOREIGN KEY(item_in_id) REFERENCES item (id)
);

CREATE INDEX ix_swap_organisation_id ON swap (organisation_id);

CREATE INDEX ix_swap_paper_id ON swap (paper_id);

ALTER TABLE swap ENABLE ROW LEVEL SECURITY;

ALTER TABLE swap FORCE ROW LEVEL SECURITY;

CREATE POLICY swap_organisation ON swap USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE variant (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	paper_id UUID NOT NULL, 
	paper_digest BYTEA NOT NULL, 
	label VARCHAR NOT NULL, 
	arrangement JSONB NOT NULL, 
	report JSONB NOT NULL, 
	digest BYTEA NOT NULL, 
	made_by UUID NOT NULL, 
	made_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_variant PRIMARY KEY (id), 
	CONSTRAINT uq_variant_paper_id_label UNIQUE (paper_id, label), 
	CONSTRAINT fk_variant_paper_id_paper_digest_paper FOREIGN KEY(paper_id, paper_digest) REFERENCES paper (id, digest), 
	CONSTRAINT ck_variant_label_is_a_letter CHECK (label between 'A' and 'H' and length(label) = 1), 
	CONSTRAINT fk_variant_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_variant_paper_id_paper FOREIGN KEY(paper_id) REFERENCES paper (id)
);

CREATE INDEX ix_variant_organisation_id ON variant (organisation_id);

ALTER TABLE variant ENABLE ROW LEVEL SECURITY;

ALTER TABLE variant FORCE ROW LEVEL SECURITY;

CREATE POLICY variant_organisation ON variant USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE skill_slot (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	paper_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	task_id UUID NOT NULL, 
	unit VARCHAR NOT NULL, 
	marks NUMERIC(6, 2) NOT NULL, 
	CONSTRAINT pk_skill_slot PRIMARY KEY (id), 
	CONSTRAINT uq_skill_slot_paper_id_number UNIQUE (paper_id, number), 
	CONSTRAINT uq_skill_slot_paper_id_task_id UNIQUE (paper_id, task_id), 
	CONSTRAINT ck_skill_slot_marks_positive CHECK (marks > 0), 
	CONSTRAINT fk_skill_slot_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_skill_slot_paper_id_skill_paper FOREIGN KEY(paper_id) REFERENCES skill_paper (id), 
	CONSTRAINT fk_skill_slot_task_id_task FOREIGN KEY(task_id) REFERENCES task (id)
);

CREATE INDEX ix_skill_slot_organisation_id ON skill_slot (organisation_id);

CREATE INDEX ix_skill_slot_task_id ON skill_slot (task_id);

ALTER TABLE skill_slot ENABLE ROW LEVEL SECURITY;

ALTER TABLE skill_slot FORCE ROW LEVEL SECURITY;

CREATE POLICY skill_slot_organisation ON skill_slot USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE exam (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	batch_id UUID NOT NULL, 
	level_id UUID NOT NULL, 
	name VARCHAR NOT NULL, 
	component VARCHAR(40) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	opens_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	closes_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	minutes INTEGER NOT NULL, 
	simulated BOOLEAN NOT NULL, 
	skill_paper_id UUID, 
	CONSTRAINT pk_exam PRIMARY KEY (id), 
	CONSTRAINT ck_exam_closes_after_opening CHECK (closes_at > opens_at), 
	CONSTRAINT ck_exam_minutes_positive CHECK (minutes > 0), 
	CONSTRAINT fk_exam_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_exam_batch_id_batch FOREIGN KEY(batch_id) REFERENCES batch (id), 
	CONSTRAINT fk_exam_level_id_level FOREIGN KEY(level_id) REFERENCES level (id), 
	CONSTRAINT ck_exam_component CHECK (component IN ('theory', 'skill', 'review')), 
	CONSTRAINT ck_exam_examstate CHECK (state IN ('prepared', 'open', 'closed')), 
	CONSTRAINT fk_exam_skill_paper_id_skill_paper FOREIGN KEY(skill_paper_id) REFERENCES skill_paper (id)
);

CREATE INDEX ix_exam_batch_id ON exam (batch_id);

CREATE INDEX ix_exam_organisation_id ON exam (organisation_id);

ALTER TABLE exam ENABLE ROW LEVEL SECURITY;

ALTER TABLE exam FORCE ROW LEVEL SECURITY;

CREATE POLICY exam_organisation ON exam USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE released_item (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	release_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	code VARCHAR NOT NULL, 
	CONSTRAINT pk_released_item PRIMARY KEY (id), 
	CONSTRAINT uq_released_item_release_id_item_id UNIQUE (release_id, item_id), 
	CONSTRAINT fk_released_item_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_released_item_release_id_practice_release FOREIGN KEY(release_id) REFERENCES practice_release (id), 
	CONSTRAINT fk_released_item_item_id_item FOREIGN KEY(item_id) REFERENCES item (id)
);

CREATE INDEX ix_released_item_item_id ON released_item (item_id);

CREATE INDEX ix_released_item_organisation_id ON released_item (organisation_id);

ALTER TABLE released_item ENABLE ROW LEVEL SECURITY;

ALTER TABLE released_item FORCE ROW LEVEL SECURITY;

CREATE POLICY released_item_organisation ON released_item USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE attention (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	level_id UUID NOT NULL, 
	concern VARCHAR(40) NOT NULL, 
	value DOUBLE PRECISION NOT NULL, 
	option VARCHAR NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_attention PRIMARY KEY (id), 
	CONSTRAINT uq_attention_item_id_concern UNIQUE (item_id, concern), 
	CONSTRAINT fk_attention_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_attention_item_id_item FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_attention_level_id_level FOREIGN KEY(level_id) REFERENCES level (id), 
	CONSTRAINT ck_attention_concern CHECK (concern IN ('reversed', 'flat', 'hard', 'easy', 'distractor_better', 'distractor_unused', 'misfit', 's_x2', 'drift', 'exposed', 'few', 'old', 'dif_large', 'dif_moderate'))
);

CREATE INDEX ix_attention_concern ON attention (concern);

CREATE INDEX ix_attention_level_id ON attention (level_id);

CREATE INDEX ix_attention_organisation_id ON attention (organisation_id);

ALTER TABLE attention ENABLE ROW LEVEL SECURITY;

ALTER TABLE attention FORCE ROW LEVEL SECURITY;

CREATE POLICY attention_organisation ON attention USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE paper_archive (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	paper_id UUID NOT NULL, 
	roles JSONB NOT NULL, 
	document BYTEA NOT NULL, 
	archived_by UUID NOT NULL, 
	archived_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_paper_archive PRIMARY KEY (id), 
	CONSTRAINT uq_paper_archive_paper_id UNIQUE (paper_id), 
	CONSTRAINT fk_paper_archive_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_paper_archive_paper_id_paper FOREIGN KEY(paper_id) REFERENCES paper (id)
);

CREATE INDEX ix_paper_archive_organisation_id ON paper_archive (organisation_id);

ALTER TABLE paper_archive ENABLE ROW LEVEL SECURITY;

ALTER TABLE paper_archive FORCE ROW LEVEL SECURITY;

CREATE POLICY paper_archive_organisation ON paper_archive USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE assigned_item (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	line_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_assigned_item PRIMARY KEY (id), 
	CONSTRAINT uq_assigned_item_item_id UNIQUE (item_id), 
	CONSTRAINT fk_assigned_item_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_assigned_item_line_id_assignment_line FOREIGN KEY(line_id) REFERENCES assignment_line (id), 
	CONSTRAINT fk_assigned_item_item_id_item FOREIGN KEY(item_id) REFERENCES item (id)
);

CREATE INDEX ix_assigned_item_line_id ON assigned_item (line_id);

CREATE INDEX ix_assigned_item_organisation_id ON assigned_item (organisation_id);

ALTER TABLE assigned_item ENABLE ROW LEVEL SECURITY;

ALTER TABLE assigned_item FORCE ROW LEVEL SECURITY;

CREATE POLICY assigned_item_organisation ON assigned_item USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE item_reader (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_item_reader PRIMARY KEY (id), 
	CONSTRAINT uq_item_reader_item_id_person_id UNIQUE (item_id, person_id), 
	CONSTRAINT fk_item_reader_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_item_reader_item_id_item FOREIGN KEY(item_id) REFERENCES item (id)
);

CREATE INDEX ix_item_reader_organisation_id ON item_reader (organisation_id);

ALTER TABLE item_reader ENABLE ROW LEVEL SECURITY;

ALTER TABLE item_reader FORCE ROW LEVEL SECURITY;

CREATE POLICY item_reader_organisation ON item_reader USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE leak_report (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	paper_id UUID, 
	seen_on DATE NOT NULL, 
	place_sealed BYTEA NOT NULL, 
	evidence_sealed BYTEA NOT NULL, 
	reported_by UUID NOT NULL, 
	reported_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	decided_by UUID, 
	decided_at TIMESTAMP WITH TIME ZONE, 
	reason_sealed BYTEA, 
	CONSTRAINT pk_leak_report PRIMARY KEY (id), 
	CONSTRAINT uq_leak_report_organisation_id_number UNIQUE (organisation_id, number), 
	CONSTRAINT ck_leak_report_decider_is_not_reporter CHECK (decided_by <> reported_by), 
	CONSTRAINT ck_leak_report_decided_by_somebody CHECK ((state = 'reported') = (decided_by IS NULL)), 
	CONSTRAINT ck_leak_report_decided_at_a_time CHECK ((decided_by IS NULL) = (decided_at IS NULL)), 
	CONSTRAINT ck_leak_report_dismissed_for_a_reason CHECK ((state = 'dismissed') = (reason_sealed IS NOT NULL)), 
	CONSTRAINT fk_leak_report_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT ck_leak_report_leakstate CHECK (state IN ('reported', 'confirmed', 'dismissed')), 
	CONSTRAINT fk_leak_report_paper_id_paper FOREIGN KEY(paper_id) REFERENCES paper (id)
);

CREATE INDEX ix_leak_report_organisation_id ON leak_report (organisation_id);

ALTER TABLE leak_report ENABLE ROW LEVEL SECURITY;

ALTER TABLE leak_report FORCE ROW LEVEL SECURITY;

CREATE POLICY leak_report_organisation ON leak_report USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE item_text (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	words BIGINT[] NOT NULL, 
	bands BIGINT[] NOT NULL, 
	CONSTRAINT pk_item_text PRIMARY KEY (id), 
	CONSTRAINT fk_item_text_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT uq_item_text_item_id UNIQUE (item_id), 
	CONSTRAINT fk_item_text_item_id_item FOREIGN KEY(item_id) REFERENCES item (id) ON DELETE CASCADE
);

CREATE INDEX ix_item_text_bands ON item_text USING gin (bands);

CREATE INDEX ix_item_text_organisation_id ON item_text (organisation_id);

CREATE INDEX ix_item_text_words ON item_text USING gin (words);

ALTER TABLE item_text ENABLE ROW LEVEL SECURITY;

ALTER TABLE item_text FORCE ROW LEVEL SECURITY;

CREATE POLICY item_text_organisation ON item_text USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE duplicate_pair (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	run_id UUID NOT NULL, 
	first_id UUID NOT NULL, 
	second_id UUID NOT NULL, 
	share DOUBLE PRECISION NOT NULL, 
	CONSTRAINT pk_duplicate_pair PRIMARY KEY (id), 
	CONSTRAINT uq_duplicate_pair_run_id_first_id_second_id UNIQUE (run_id, first_id, second_id), 
	CONSTRAINT fk_duplicate_pair_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_duplicate_pair_run_id_duplicate_run FOREIGN KEY(run_id) REFERENCES duplicate_run (id) ON DELETE CASCADE, 
	CONSTRAINT fk_duplicate_pair_first_id_item FOREIGN KEY(first_id) REFERENCES item (id) ON DELETE CASCADE, 
	CONSTRAINT fk_duplicate_pair_second_id_item FOREIGN KEY(second_id) REFERENCES item (id) ON DELETE CASCADE
);

CREATE INDEX ix_duplicate_pair_organisation_id ON duplicate_pair (organisation_id);

CREATE INDEX ix_duplicate_pair_run_id_duplicate_pair_share ON duplicate_pair (run_id, share);

ALTER TABLE duplicate_pair ENABLE ROW LEVEL SECURITY;

ALTER TABLE duplicate_pair FORCE ROW LEVEL SECURITY;

CREATE POLICY duplicate_pair_organisation ON duplicate_pair USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE enemy_member (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	set_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	code VARCHAR NOT NULL, 
	CONSTRAINT pk_enemy_member PRIMARY KEY (id), 
	CONSTRAINT uq_enemy_member_set_id_item_id UNIQUE (set_id, item_id), 
	CONSTRAINT fk_enemy_member_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_enemy_member_set_id_enemy_set FOREIGN KEY(set_id) REFERENCES enemy_set (id), 
	CONSTRAINT fk_enemy_member_item_id_item FOREIGN KEY(item_id) REFERENCES item (id)
);

CREATE INDEX ix_enemy_member_item_id ON enemy_member (item_id);

CREATE INDEX ix_enemy_member_organisation_id ON enemy_member (organisation_id);

ALTER TABLE enemy_member ENABLE ROW LEVEL SECURITY;

ALTER TABLE enemy_member FORCE ROW LEVEL SECURITY;

CREATE POLICY enemy_member_organisation ON enemy_member USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE item_view (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	trace_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_item_view PRIMARY KEY (id), 
	CONSTRAINT uq_item_view_trace_id_item_id UNIQUE (trace_id, item_id), 
	CONSTRAINT fk_item_view_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_item_view_trace_id_trace FOREIGN KEY(trace_id) REFERENCES trace (id), 
	CONSTRAINT fk_item_view_item_id_item FOREIGN KEY(item_id) REFERENCES item (id)
);

CREATE INDEX ix_item_view_item_id ON item_view (item_id);

CREATE INDEX ix_item_view_organisation_id ON item_view (organisation_id);

ALTER TABLE item_view ENABLE ROW LEVEL SECURITY;

ALTER TABLE item_view FORCE ROW LEVEL SECURITY;

CREATE POLICY item_view_organisation ON item_view USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE granted_item (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	grant_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	CONSTRAINT pk_granted_item PRIMARY KEY (id), 
	CONSTRAINT uq_granted_item_grant_id_item_id UNIQUE (grant_id, item_id), 
	CONSTRAINT fk_granted_item_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_granted_item_grant_id_item_grant FOREIGN KEY(grant_id) REFERENCES item_grant (id), 
	CONSTRAINT fk_granted_item_item_id_item FOREIGN KEY(item_id) REFERENCES item (id)
);

CREATE INDEX ix_granted_item_item_id ON granted_item (item_id);

CREATE INDEX ix_granted_item_organisation_id ON granted_item (organisation_id);

ALTER TABLE granted_item ENABLE ROW LEVEL SECURITY;

ALTER TABLE granted_item FORCE ROW LEVEL SECURITY;

CREATE POLICY granted_item_organisation ON granted_item USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE shared_view (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	grant_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	viewer_id UUID NOT NULL, 
	reading VARCHAR(40) NOT NULL, 
	trace VARCHAR NOT NULL, 
	day DATE NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_shared_view PRIMARY KEY (id), 
	CONSTRAINT uq_shared_view_grant_id_item_id_viewer_id_day_reading UNIQUE (grant_id, item_id, viewer_id, day, reading), 
	CONSTRAINT fk_shared_view_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_shared_view_grant_id_item_grant FOREIGN KEY(grant_id) REFERENCES item_grant (id), 
	CONSTRAINT fk_shared_view_item_id_item FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT ck_shared_view_reading CHECK (reading IN ('seen', 'taken'))
);

CREATE INDEX ix_shared_view_item_id ON shared_view (item_id);

CREATE INDEX ix_shared_view_organisation_id ON shared_view (organisation_id);

ALTER TABLE shared_view ENABLE ROW LEVEL SECURITY;

ALTER TABLE shared_view FORCE ROW LEVEL SECURITY;

CREATE POLICY shared_view_organisation ON shared_view USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE taken_item (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	grant_id UUID NOT NULL, 
	owner_id UUID NOT NULL, 
	origin_item_id UUID NOT NULL, 
	origin_revision_id UUID NOT NULL, 
	origin_code VARCHAR NOT NULL, 
	origin_number INTEGER NOT NULL, 
	origin_hash BYTEA NOT NULL, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_taken_item PRIMARY KEY (id), 
	CONSTRAINT uq_taken_item_item_id UNIQUE (item_id), 
	CONSTRAINT uq_taken_item_organisation_id_origin_revision_id UNIQUE (organisation_id, origin_revision_id), 
	CONSTRAINT fk_taken_item_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_taken_item_item_id_item FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_taken_item_grant_id_item_grant FOREIGN KEY(grant_id) REFERENCES item_grant (id), 
	CONSTRAINT fk_taken_item_owner_id_organisation FOREIGN KEY(owner_id) REFERENCES organisation (id)
);

CREATE INDEX ix_taken_item_grant_id ON taken_item (grant_id);

CREATE INDEX ix_taken_item_organisation_id ON taken_item (organisation_id);

ALTER TABLE taken_item ENABLE ROW LEVEL SECURITY;

ALTER TABLE taken_item FORCE ROW LEVEL SECURITY;

CREATE POLICY taken_item_organisation ON taken_item USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE interest (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	revision_id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	conflict BOOLEAN NOT NULL, 
	note_sealed BYTEA, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_interest PRIMARY KEY (id), 
	CONSTRAINT fk_interest_revision_id_item_id_revision FOREIGN KEY(revision_id, item_id) REFERENCES revision (id, item_id), 
	CONSTRAINT uq_interest_revision_id_person_id_conflict UNIQUE (revision_id, person_id, conflict), 
	CONSTRAINT fk_interest_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_interest_item_id ON interest (item_id);

CREATE INDEX ix_interest_organisation_id ON interest (organisation_id);

ALTER TABLE interest ENABLE ROW LEVEL SECURITY;

ALTER TABLE interest FORCE ROW LEVEL SECURITY;

CREATE POLICY interest_organisation ON interest USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE remark (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	revision_id UUID NOT NULL, 
	thread_id UUID, 
	place VARCHAR, 
	act VARCHAR(40) NOT NULL, 
	text_sealed BYTEA, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_remark PRIMARY KEY (id), 
	CONSTRAINT fk_remark_revision_id_item_id_revision FOREIGN KEY(revision_id, item_id) REFERENCES revision (id, item_id), 
	CONSTRAINT ck_remark_first_names_place CHECK ((thread_id IS NULL) = (place IS NOT NULL)), 
	CONSTRAINT ck_remark_words_are_said CHECK ((act = 'say') = (text_sealed IS NOT NULL)), 
	CONSTRAINT fk_remark_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_remark_thread_id_remark FOREIGN KEY(thread_id) REFERENCES remark (id), 
	CONSTRAINT ck_remark_remarkact CHECK (act IN ('say', 'resolve', 'reopen'))
);

CREATE INDEX ix_remark_item_id ON remark (item_id);

CREATE INDEX ix_remark_organisation_id ON remark (organisation_id);

CREATE INDEX ix_remark_thread_id ON remark (thread_id);

ALTER TABLE remark ENABLE ROW LEVEL SECURITY;

ALTER TABLE remark FORCE ROW LEVEL SECURITY;

CREATE POLICY remark_organisation ON remark USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE review (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	revision_id UUID NOT NULL, 
	author_id UUID NOT NULL, 
	reviewer_id UUID NOT NULL, 
	stage VARCHAR(40) NOT NULL, 
	verdict VARCHAR(40) NOT NULL, 
	reasons JSONB NOT NULL, 
	content_hash BYTEA NOT NULL, 
	comment_sealed BYTEA, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_review PRIMARY KEY (id), 
	CONSTRAINT fk_review_revision_id_author_id_content_hash_revision FOREIGN KEY(revision_id, author_id, content_hash) REFERENCES revision (id, author_id, content_hash), 
	CONSTRAINT ck_review_reviewer_is_not_author CHECK (reviewer_id <> author_id), 
	CONSTRAINT ck_review_reviewer_is_a_person CHECK (reviewer_id <> '00000000-0000-0000-0000-000000000000'), 
	CONSTRAINT uq_review_revision_id_reviewer_id UNIQUE (revision_id, reviewer_id), 
	CONSTRAINT uq_review_revision_id_stage UNIQUE (revision_id, stage), 
	CONSTRAINT fk_review_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT ck_review_reviewstage CHECK (stage IN ('first', 'second', 'final')), 
	CONSTRAINT ck_review_verdict CHECK (verdict IN ('approve', 'return'))
);

CREATE INDEX ix_review_organisation_id ON review (organisation_id);

ALTER TABLE review ENABLE ROW LEVEL SECURITY;

ALTER TABLE review FORCE ROW LEVEL SECURITY;

CREATE POLICY review_organisation ON review USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE statistics (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	revision_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	run_id UUID NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	persons INTEGER NOT NULL, 
	facility DOUBLE PRECISION NOT NULL, 
	discrimination DOUBLE PRECISION NOT NULL, 
	a DOUBLE PRECISION NOT NULL, 
	b DOUBLE PRECISION NOT NULL, 
	se_a DOUBLE PRECISION NOT NULL, 
	se_b DOUBLE PRECISION NOT NULL, 
	infit DOUBLE PRECISION, 
	outfit DOUBLE PRECISION, 
	s_x2 DOUBLE PRECISION, 
	s_x2_df INTEGER, 
	s_x2_p DOUBLE PRECISION, 
	s_x2_adjusted_p DOUBLE PRECISION, 
	distractors JSONB NOT NULL, 
	simulated BOOLEAN NOT NULL, 
	carried_from_id UUID, 
	adopted_by UUID, 
	adopted_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_statistics PRIMARY KEY (id), 
	CONSTRAINT uq_statistics_revision_id_run_id UNIQUE (revision_id, run_id), 
	CONSTRAINT fk_statistics_revision_id_item_id_revision FOREIGN KEY(revision_id, item_id) REFERENCES revision (id, item_id), 
	CONSTRAINT fk_statistics_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_statistics_run_id_calibration_run FOREIGN KEY(run_id) REFERENCES calibration_run (id), 
	CONSTRAINT ck_statistics_statisticsstate CHECK (state IN ('proposed', 'adopted', 'superseded')), 
	CONSTRAINT fk_statistics_carried_from_id_revision FOREIGN KEY(carried_from_id) REFERENCES revision (id)
);

CREATE INDEX ix_statistics_adopted_item_id ON statistics (item_id) INCLUDE (organisation_id) WHERE state = 'adopted';

CREATE INDEX ix_statistics_organisation_id ON statistics (organisation_id);

CREATE INDEX ix_statistics_run_id ON statistics (run_id);

CREATE UNIQUE INDEX uq_statistics_adopted ON statistics (revision_id) INCLUDE (organisation_id) WHERE state = 'adopted';

ALTER TABLE statistics ENABLE ROW LEVEL SECURITY;

ALTER TABLE statistics FORCE ROW LEVEL SECURITY;

CREATE POLICY statistics_organisation ON statistics USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE slot (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	paper_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	revision_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	point_id UUID NOT NULL, 
	marks NUMERIC(6, 2) NOT NULL, 
	scoring VARCHAR(40) NOT NULL, 
	apart NUMERIC(6, 2), 
	CONSTRAINT pk_slot PRIMARY KEY (id), 
	CONSTRAINT uq_slot_paper_id_number UNIQUE (paper_id, number), 
	CONSTRAINT uq_slot_paper_id_item_id UNIQUE (paper_id, item_id), 
	CONSTRAINT uq_slot_paper_id_point_id UNIQUE (paper_id, point_id), 
	CONSTRAINT fk_slot_revision_id_item_id_revision FOREIGN KEY(revision_id, item_id) REFERENCES revision (id, item_id), 
	CONSTRAINT fk_slot_item_id_point_id_item FOREIGN KEY(item_id, point_id) REFERENCES item (id, point_id), 
	CONSTRAINT ck_slot_marks_positive CHECK (marks > 0), 
	CONSTRAINT ck_slot_apart_not_negative CHECK (apart >= 0), 
	CONSTRAINT fk_slot_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_slot_paper_id_paper FOREIGN KEY(paper_id) REFERENCES paper (id), 
	CONSTRAINT ck_slot_scoringrule CHECK (scoring IN ('all_or_nothing.1', 'fewer_each.1', 'fewer_half.1', 'per_option.1', 'per_blank.1', 'per_pair.1', 'per_position.1', 'adjacent_pairs.1', 'one_marker.1', 'two_markers.1'))
);

CREATE INDEX ix_slot_item_id ON slot (item_id);

CREATE INDEX ix_slot_organisation_id ON slot (organisation_id);

ALTER TABLE slot ENABLE ROW LEVEL SECURITY;

ALTER TABLE slot FORCE ROW LEVEL SECURITY;

CREATE POLICY slot_organisation ON slot USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE exam_paper (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	exam_id UUID NOT NULL, 
	paper_id UUID NOT NULL, 
	position INTEGER NOT NULL, 
	twins JSONB, 
	CONSTRAINT pk_exam_paper PRIMARY KEY (id), 
	CONSTRAINT uq_exam_paper_exam_id_paper_id UNIQUE (exam_id, paper_id), 
	CONSTRAINT uq_exam_paper_exam_id_position UNIQUE (exam_id, position), 
	CONSTRAINT fk_exam_paper_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_exam_paper_exam_id_exam FOREIGN KEY(exam_id) REFERENCES exam (id), 
	CONSTRAINT fk_exam_paper_paper_id_paper FOREIGN KEY(paper_id) REFERENCES paper (id)
);

CREATE INDEX ix_exam_paper_organisation_id ON exam_paper (organisation_id);

ALTER TABLE exam_paper ENABLE ROW LEVEL SECURITY;

ALTER TABLE exam_paper FORCE ROW LEVEL SECURITY;

CREATE POLICY exam_paper_organisation ON exam_paper USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE room (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	exam_id UUID NOT NULL, 
	name VARCHAR NOT NULL, 
	seats INTEGER NOT NULL, 
	code_sealed BYTEA NOT NULL, 
	CONSTRAINT pk_room PRIMARY KEY (id), 
	CONSTRAINT uq_room_exam_id_name UNIQUE (exam_id, name), 
	CONSTRAINT ck_room_seats_positive CHECK (seats > 0), 
	CONSTRAINT fk_room_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_room_exam_id_exam FOREIGN KEY(exam_id) REFERENCES exam (id)
);

CREATE INDEX ix_room_organisation_id ON room (organisation_id);

ALTER TABLE room ENABLE ROW LEVEL SECURITY;

ALTER TABLE room FORCE ROW LEVEL SECURITY;

CREATE POLICY room_organisation ON room USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE certificate_batch (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	exam_id UUID, 
	english BOOLEAN NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	ordered_by UUID NOT NULL, 
	ordered_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	pace_from TIMESTAMP WITH TIME ZONE, 
	pace_done INTEGER NOT NULL, 
	failure JSONB, 
	CONSTRAINT pk_certificate_batch PRIMARY KEY (id), 
	CONSTRAINT uq_certificate_batch_organisation_id_number UNIQUE (organisation_id, number), 
	CONSTRAINT fk_certificate_batch_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_certificate_batch_exam_id_exam FOREIGN KEY(exam_id) REFERENCES exam (id), 
	CONSTRAINT ck_certificate_batch_batchstate CHECK (state IN ('queued', 'issuing', 'drawing', 'packing', 'done', 'stopped', 'failed'))
);

CREATE INDEX ix_certificate_batch_organisation_id ON certificate_batch (organisation_id);

ALTER TABLE certificate_batch ENABLE ROW LEVEL SECURITY;

ALTER TABLE certificate_batch FORCE ROW LEVEL SECURITY;

CREATE POLICY certificate_batch_organisation ON certificate_batch USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE marker_place (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	exam_id UUID NOT NULL, 
	marker_id UUID NOT NULL, 
	assigned_by UUID NOT NULL, 
	assigned_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_marker_place PRIMARY KEY (id), 
	CONSTRAINT uq_marker_place_exam_id_marker_id UNIQUE (exam_id, marker_id), 
	CONSTRAINT fk_marker_place_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_marker_place_exam_id_exam FOREIGN KEY(exam_id) REFERENCES exam (id)
);

CREATE INDEX ix_marker_place_organisation_id ON marker_place (organisation_id);

ALTER TABLE marker_place ENABLE ROW LEVEL SECURITY;

ALTER TABLE marker_place FORCE ROW LEVEL SECURITY;

CREATE POLICY marker_place_organisation ON marker_place USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE practice_entry (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	set_id UUID NOT NULL, 
	position INTEGER NOT NULL, 
	item_id UUID NOT NULL, 
	revision_id UUID NOT NULL, 
	CONSTRAINT pk_practice_entry PRIMARY KEY (id), 
	CONSTRAINT fk_practice_entry_revision_id_item_id_revision FOREIGN KEY(revision_id, item_id) REFERENCES revision (id, item_id), 
	CONSTRAINT uq_practice_entry_set_id_position UNIQUE (set_id, position), 
	CONSTRAINT uq_practice_entry_set_id_item_id UNIQUE (set_id, item_id), 
	CONSTRAINT fk_practice_entry_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_practice_entry_set_id_practice_set FOREIGN KEY(set_id) REFERENCES practice_set (id), 
	CONSTRAINT fk_practice_entry_item_id_item FOREIGN KEY(item_id) REFERENCES item (id)
);

CREATE INDEX ix_practice_entry_item_id ON practice_entry (item_id);

CREATE INDEX ix_practice_entry_organisation_id ON practice_entry (organisation_id);

ALTER TABLE practice_entry ENABLE ROW LEVEL SECURITY;

ALTER TABLE practice_entry FORCE ROW LEVEL SECURITY;

CREATE POLICY practice_entry_organisation ON practice_entry USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE differential (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	run_id UUID NOT NULL, 
	revision_id UUID NOT NULL, 
	grouping VARCHAR(40) NOT NULL, 
	reference VARCHAR NOT NULL, 
	focal VARCHAR NOT NULL, 
	n_reference INTEGER NOT NULL, 
	n_focal INTEGER NOT NULL, 
	least INTEGER NOT NULL, 
	outcome VARCHAR(40) NOT NULL, 
	size VARCHAR(40), 
	delta DOUBLE PRECISION, 
	se DOUBLE PRECISION, 
	p DOUBLE PRECISION, 
	difference DOUBLE PRECISION, 
	CONSTRAINT pk_differential PRIMARY KEY (id), 
	CONSTRAINT uq_differential_run_id_revision_id_grouping_focal UNIQUE (run_id, revision_id, grouping, focal), 
	CONSTRAINT fk_differential_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_differential_run_id_calibration_run FOREIGN KEY(run_id) REFERENCES calibration_run (id), 
	CONSTRAINT fk_differential_revision_id_revision FOREIGN KEY(revision_id) REFERENCES revision (id), 
	CONSTRAINT ck_differential_grouping CHECK (grouping IN ('region', 'sex', 'age')), 
	CONSTRAINT ck_differential_outcome CHECK (outcome IN ('examined', 'too_few', 'not_comparable')), 
	CONSTRAINT ck_differential_sizeclass CHECK (size IN ('A', 'B', 'C'))
);

CREATE INDEX ix_differential_organisation_id ON differential (organisation_id);

CREATE INDEX ix_differential_revision_id ON differential (revision_id);

CREATE INDEX ix_differential_size ON differential (size);

ALTER TABLE differential ENABLE ROW LEVEL SECURITY;

ALTER TABLE differential FORCE ROW LEVEL SECURITY;

CREATE POLICY differential_organisation ON differential USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE archive_share (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	archive_id UUID NOT NULL, 
	holder_id UUID NOT NULL, 
	wrapped BYTEA NOT NULL, 
	CONSTRAINT pk_archive_share PRIMARY KEY (id), 
	CONSTRAINT uq_archive_share_archive_id_holder_id UNIQUE (archive_id, holder_id), 
	CONSTRAINT fk_archive_share_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_archive_share_archive_id_paper_archive FOREIGN KEY(archive_id) REFERENCES paper_archive (id), 
	CONSTRAINT fk_archive_share_holder_id_archive_holder FOREIGN KEY(holder_id) REFERENCES archive_holder (id)
);

CREATE INDEX ix_archive_share_organisation_id ON archive_share (organisation_id);

ALTER TABLE archive_share ENABLE ROW LEVEL SECURITY;

ALTER TABLE archive_share FORCE ROW LEVEL SECURITY;

CREATE POLICY archive_share_organisation ON archive_share USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE archive_opening (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	archive_id UUID NOT NULL, 
	purpose VARCHAR NOT NULL, 
	requested_by UUID NOT NULL, 
	requested_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	consent_until TIMESTAMP WITH TIME ZONE NOT NULL, 
	opened_at TIMESTAMP WITH TIME ZONE, 
	open_until TIMESTAMP WITH TIME ZONE, 
	key_sealed BYTEA, 
	refused_by UUID, 
	refused_at TIMESTAMP WITH TIME ZONE, 
	reason_sealed BYTEA, 
	CONSTRAINT pk_archive_opening PRIMARY KEY (id), 
	CONSTRAINT ck_archive_opening_opened_until CHECK ((opened_at IS NULL) = (open_until IS NULL)), 
	CONSTRAINT ck_archive_opening_opened_in_time CHECK (opened_at <= consent_until), 
	CONSTRAINT ck_archive_opening_opened_or_refused CHECK (opened_at IS NULL OR refused_at IS NULL), 
	CONSTRAINT ck_archive_opening_refused_by_somebody CHECK ((refused_at IS NULL) = (refused_by IS NULL)), 
	CONSTRAINT ck_archive_opening_refused_for_a_reason CHECK ((refused_at IS NULL) = (reason_sealed IS NULL)), 
	CONSTRAINT ck_archive_opening_key_while_open CHECK (key_sealed IS NULL OR opened_at IS NOT NULL), 
	CONSTRAINT fk_archive_opening_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_archive_opening_archive_id_paper_archive FOREIGN KEY(archive_id) REFERENCES paper_archive (id)
);

CREATE INDEX ix_archive_opening_archive_id ON archive_opening (archive_id);

CREATE INDEX ix_archive_opening_organisation_id ON archive_opening (organisation_id);

ALTER TABLE archive_opening ENABLE ROW LEVEL SECURITY;

ALTER TABLE archive_opening FORCE ROW LEVEL SECURITY;

CREATE POLICY archive_opening_organisation ON archive_opening USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE revision_change (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	revision_id UUID NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_revision_change PRIMARY KEY (id), 
	CONSTRAINT fk_revision_change_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT uq_revision_change_revision_id UNIQUE (revision_id), 
	CONSTRAINT fk_revision_change_revision_id_revision FOREIGN KEY(revision_id) REFERENCES revision (id), 
	CONSTRAINT ck_revision_change_changekind CHECK (kind IN ('source', 'typing', 'wording', 'options', 'key', 'content'))
);

CREATE INDEX ix_revision_change_organisation_id ON revision_change (organisation_id);

ALTER TABLE revision_change ENABLE ROW LEVEL SECURITY;

ALTER TABLE revision_change FORCE ROW LEVEL SECURITY;

CREATE POLICY revision_change_organisation ON revision_change USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE carry_decision (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	revision_id UUID NOT NULL, 
	origin_id UUID NOT NULL, 
	carry BOOLEAN NOT NULL, 
	reason_sealed BYTEA NOT NULL, 
	decided_by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_carry_decision PRIMARY KEY (id), 
	CONSTRAINT fk_carry_decision_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT uq_carry_decision_revision_id UNIQUE (revision_id), 
	CONSTRAINT fk_carry_decision_revision_id_revision FOREIGN KEY(revision_id) REFERENCES revision (id), 
	CONSTRAINT fk_carry_decision_origin_id_revision FOREIGN KEY(origin_id) REFERENCES revision (id)
);

CREATE INDEX ix_carry_decision_organisation_id ON carry_decision (organisation_id);

ALTER TABLE carry_decision ENABLE ROW LEVEL SECURITY;

ALTER TABLE carry_decision FORCE ROW LEVEL SECURITY;

CREATE POLICY carry_decision_organisation ON carry_decision USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE citation (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	revision_id UUID NOT NULL, 
	key VARCHAR NOT NULL, 
	year VARCHAR NOT NULL, 
	CONSTRAINT pk_citation PRIMARY KEY (id), 
	CONSTRAINT uq_citation_revision_id UNIQUE (revision_id), 
	CONSTRAINT fk_citation_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_citation_revision_id_revision FOREIGN KEY(revision_id) REFERENCES revision (id)
);

CREATE INDEX ix_citation_document ON citation (organisation_id, key, year);

CREATE INDEX ix_citation_organisation_id ON citation (organisation_id);

ALTER TABLE citation ENABLE ROW LEVEL SECURITY;

ALTER TABLE citation FORCE ROW LEVEL SECURITY;

CREATE POLICY citation_organisation ON citation USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE leaked_item (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	report_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	code VARCHAR NOT NULL, 
	before VARCHAR(40) NOT NULL, 
	CONSTRAINT pk_leaked_item PRIMARY KEY (id), 
	CONSTRAINT uq_leaked_item_report_id_item_id UNIQUE (report_id, item_id), 
	CONSTRAINT fk_leaked_item_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_leaked_item_report_id_leak_report FOREIGN KEY(report_id) REFERENCES leak_report (id), 
	CONSTRAINT fk_leaked_item_item_id_item FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT ck_leaked_item_itemstate CHECK (before IN ('draft', 'in_review', 'returned', 'trial', 'approved', 'in_use', 'recheck', 'retired'))
);

CREATE INDEX ix_leaked_item_item_id ON leaked_item (item_id);

CREATE INDEX ix_leaked_item_organisation_id ON leaked_item (organisation_id);

ALTER TABLE leaked_item ENABLE ROW LEVEL SECURITY;

ALTER TABLE leaked_item FORCE ROW LEVEL SECURITY;

CREATE POLICY leaked_item_organisation ON leaked_item USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE exported_item (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	request_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	revision_id UUID NOT NULL, 
	code VARCHAR NOT NULL, 
	CONSTRAINT pk_exported_item PRIMARY KEY (id), 
	CONSTRAINT uq_exported_item_request_id_item_id UNIQUE (request_id, item_id), 
	CONSTRAINT fk_exported_item_revision_id_item_id_revision FOREIGN KEY(revision_id, item_id) REFERENCES revision (id, item_id), 
	CONSTRAINT fk_exported_item_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_exported_item_request_id_export_request FOREIGN KEY(request_id) REFERENCES export_request (id)
);

CREATE INDEX ix_exported_item_item_id ON exported_item (item_id);

CREATE INDEX ix_exported_item_organisation_id ON exported_item (organisation_id);

ALTER TABLE exported_item ENABLE ROW LEVEL SECURITY;

ALTER TABLE exported_item FORCE ROW LEVEL SECURITY;

CREATE POLICY exported_item_organisation ON exported_item USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE item_twin (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	item_id UUID NOT NULL, 
	revision_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	translator_id UUID NOT NULL, 
	texts_sealed BYTEA NOT NULL, 
	text_hash BYTEA NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	submitted_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_item_twin PRIMARY KEY (id), 
	CONSTRAINT uq_item_twin_item_id_number UNIQUE (item_id, number), 
	CONSTRAINT uq_item_twin_id_translator_id_text_hash UNIQUE (id, translator_id, text_hash), 
	CONSTRAINT fk_item_twin_revision_id_item_id_revision FOREIGN KEY(revision_id, item_id) REFERENCES revision (id, item_id), 
	CONSTRAINT ck_item_twin_number_positive CHECK (number > 0), 
	CONSTRAINT fk_item_twin_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);

CREATE INDEX ix_item_twin_organisation_id ON item_twin (organisation_id);

CREATE INDEX ix_item_twin_revision_id ON item_twin (revision_id);

ALTER TABLE item_twin ENABLE ROW LEVEL SECURITY;

ALTER TABLE item_twin FORCE ROW LEVEL SECURITY;

CREATE POLICY item_twin_organisation ON item_twin USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE application (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	exam_id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	room_id UUID NOT NULL, 
	seat INTEGER NOT NULL, 
	ticket VARCHAR NOT NULL, 
	paper_id UUID NOT NULL, 
	created_by UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_application PRIMARY KEY (id), 
	CONSTRAINT uq_application_ticket UNIQUE (ticket), 
	CONSTRAINT uq_application_exam_id_person_id UNIQUE (exam_id, person_id), 
	CONSTRAINT uq_application_room_id_seat UNIQUE (room_id, seat), 
	CONSTRAINT ck_application_ticket_12_digits CHECK (ticket ~ '^[0-9]{12}$'), 
	CONSTRAINT fk_application_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_application_exam_id_exam FOREIGN KEY(exam_id) REFERENCES exam (id), 
	CONSTRAINT fk_application_person_id_person FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_application_room_id_room FOREIGN KEY(room_id) REFERENCES room (id), 
	CONSTRAINT fk_application_paper_id_paper FOREIGN KEY(paper_id) REFERENCES paper (id)
);

CREATE INDEX ix_application_organisation_id ON application (organisation_id);

CREATE INDEX ix_application_person_id ON application (person_id);

ALTER TABLE application ENABLE ROW LEVEL SECURITY;

ALTER TABLE application FORCE ROW LEVEL SECURITY;

CREATE POLICY application_organisation ON application USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE certificate_printing (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	certificate_id UUID NOT NULL, 
	batch_id UUID, 
	part INTEGER, 
	serial INTEGER NOT NULL, 
	english BOOLEAN NOT NULL, 
	purpose VARCHAR(40) NOT NULL, 
	reason VARCHAR, 
	replaces_id UUID, 
	imprint_sealed BYTEA NOT NULL, 
	sha256 BYTEA, 
	printed_by UUID NOT NULL, 
	printed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	spoiled_at TIMESTAMP WITH TIME ZONE, 
	spoiled_by UUID, 
	spoiled_reason VARCHAR, 
	CONSTRAINT pk_certificate_printing PRIMARY KEY (id), 
	CONSTRAINT uq_certificate_printing_organisation_id_serial UNIQUE (organisation_id, serial), 
	CONSTRAINT ck_certificate_printing_serial_counts_from_one CHECK (serial > 0), 
	CONSTRAINT ck_certificate_printing_printed_again_for_a_reason CHECK ((purpose = 'batch') = (reason IS NULL)), 
	CONSTRAINT ck_certificate_printing_spoiled_for_a_reason CHECK ((spoiled_at IS NULL) = (spoiled_by IS NULL) AND (spoiled_at IS NULL) = (spoiled_reason IS NULL)), 
	CONSTRAINT fk_certificate_printing_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_certificate_printing_certificate_id_certificate FOREIGN KEY(certificate_id) REFERENCES certificate (id), 
	CONSTRAINT fk_certificate_printing_batch_id_certificate_batch FOREIGN KEY(batch_id) REFERENCES certificate_batch (id), 
	CONSTRAINT ck_certificate_printing_purpose CHECK (purpose IN ('batch', 'replacement', 'reprint')), 
	CONSTRAINT fk_certificate_printing_replaces_id_certificate_printing FOREIGN KEY(replaces_id) REFERENCES certificate_printing (id)
);

CREATE INDEX ix_certificate_printing_batch_id_certificate_printing_part ON certificate_printing (batch_id, part);

CREATE INDEX ix_certificate_printing_certificate_id ON certificate_printing (certificate_id);

CREATE INDEX ix_certificate_printing_organisation_id ON certificate_printing (organisation_id);

CREATE INDEX ix_certificate_printing_replaces_id ON certificate_printing (replaces_id);

CREATE UNIQUE INDEX uq_certificate_printing_sheet_of_batch ON certificate_printing (batch_id, certificate_id) WHERE spoiled_at IS NULL AND batch_id IS NOT NULL;

ALTER TABLE certificate_printing ENABLE ROW LEVEL SECURITY;

ALTER TABLE certificate_printing FORCE ROW LEVEL SECURITY;

CREATE POLICY certificate_printing_organisation ON certificate_printing USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE certificate_file (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	batch_id UUID NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	sha256 BYTEA NOT NULL, 
	size BIGINT NOT NULL, 
	made_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	until TIMESTAMP WITH TIME ZONE NOT NULL, 
	deleted_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_certificate_file PRIMARY KEY (id), 
	CONSTRAINT ck_certificate_file_holds_something CHECK (size > 0), 
	CONSTRAINT fk_certificate_file_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_certificate_file_batch_id_certificate_batch FOREIGN KEY(batch_id) REFERENCES certificate_batch (id), 
	CONSTRAINT ck_certificate_file_filekind CHECK (kind IN ('sheets', 'register', 'archive'))
);

CREATE INDEX ix_certificate_file_batch_id ON certificate_file (batch_id);

CREATE INDEX ix_certificate_file_organisation_id ON certificate_file (organisation_id);

ALTER TABLE certificate_file ENABLE ROW LEVEL SECURITY;

ALTER TABLE certificate_file FORCE ROW LEVEL SECURITY;

CREATE POLICY certificate_file_organisation ON certificate_file USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE archive_consent (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	opening_id UUID NOT NULL, 
	role VARCHAR NOT NULL, 
	person_id UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	share_sealed BYTEA, 
	CONSTRAINT pk_archive_consent PRIMARY KEY (id), 
	CONSTRAINT uq_archive_consent_opening_id_role UNIQUE (opening_id, role), 
	CONSTRAINT uq_archive_consent_person UNIQUE (opening_id, person_id), 
	CONSTRAINT fk_archive_consent_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_archive_consent_opening_id_archive_opening FOREIGN KEY(opening_id) REFERENCES archive_opening (id)
);

CREATE INDEX ix_archive_consent_organisation_id ON archive_consent (organisation_id);

ALTER TABLE archive_consent ENABLE ROW LEVEL SECURITY;

ALTER TABLE archive_consent FORCE ROW LEVEL SECURITY;

CREATE POLICY archive_consent_organisation ON archive_consent USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE item_twin_review (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	twin_id UUID NOT NULL, 
	translator_id UUID NOT NULL, 
	text_hash BYTEA NOT NULL, 
	reviewer_id UUID NOT NULL, 
	verdict VARCHAR(40) NOT NULL, 
	comment_sealed BYTEA, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_item_twin_review PRIMARY KEY (id), 
	CONSTRAINT fk_item_twin_review_twin_id_translator_id_text_hash_item_twin FOREIGN KEY(twin_id, translator_id, text_hash) REFERENCES item_twin (id, translator_id, text_hash), 
	CONSTRAINT ck_item_twin_review_reviewer_is_not_translator CHECK (reviewer_id <> translator_id), 
	CONSTRAINT ck_item_twin_review_reviewer_is_a_person CHECK (reviewer_id <> '00000000-0000-0000-0000-000000000000'), 
	CONSTRAINT ck_item_twin_review_returned_for_a_reason CHECK (verdict = 'approve' OR comment_sealed IS NOT NULL), 
	CONSTRAINT uq_item_twin_review_twin_id UNIQUE (twin_id), 
	CONSTRAINT fk_item_twin_review_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT ck_item_twin_review_verdict CHECK (verdict IN ('approve', 'return'))
);

CREATE INDEX ix_item_twin_review_organisation_id ON item_twin_review (organisation_id);

ALTER TABLE item_twin_review ENABLE ROW LEVEL SECURITY;

ALTER TABLE item_twin_review FORCE ROW LEVEL SECURITY;

CREATE POLICY item_twin_review_organisation ON item_twin_review USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE score (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	application_id UUID NOT NULL, 
	component VARCHAR(40) NOT NULL, 
	version INTEGER NOT NULL, 
	raw NUMERIC(6, 2) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	theta DOUBLE PRECISION, 
	se_theta DOUBLE PRECISION, 
	details JSONB NOT NULL, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_score PRIMARY KEY (id), 
	CONSTRAINT uq_score_application_id_component_version UNIQUE (application_id, component, version), 
	CONSTRAINT ck_score_raw_of_100 CHECK (raw >= 0 and raw <= 100), 
	CONSTRAINT fk_score_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_score_application_id_application FOREIGN KEY(application_id) REFERENCES application (id), 
	CONSTRAINT ck_score_component CHECK (component IN ('theory', 'skill', 'review')), 
	CONSTRAINT ck_score_scorestate CHECK (state IN ('provisional', 'final'))
);

CREATE INDEX ix_score_organisation_id ON score (organisation_id);

ALTER TABLE score ENABLE ROW LEVEL SECURITY;

ALTER TABLE score FORCE ROW LEVEL SECURITY;

CREATE POLICY score_organisation ON score USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE decision (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	application_id UUID NOT NULL, 
	version INTEGER NOT NULL, 
	outcome VARCHAR(40) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	grounds JSONB NOT NULL, 
	decided_by UUID NOT NULL, 
	decided_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	objection_until TIMESTAMP WITH TIME ZONE NOT NULL, 
	final_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_decision PRIMARY KEY (id), 
	CONSTRAINT uq_decision_application_id_version UNIQUE (application_id, version), 
	CONSTRAINT ck_decision_final_has_time CHECK ((state = 'final') = (final_at is not null)), 
	CONSTRAINT fk_decision_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_decision_application_id_application FOREIGN KEY(application_id) REFERENCES application (id), 
	CONSTRAINT ck_decision_outcome CHECK (outcome IN ('pass', 'fail')), 
	CONSTRAINT ck_decision_decisionstate CHECK (state IN ('announced', 'final'))
);

CREATE INDEX ix_decision_organisation_id ON decision (organisation_id);

ALTER TABLE decision ENABLE ROW LEVEL SECURITY;

ALTER TABLE decision FORCE ROW LEVEL SECURITY;

CREATE POLICY decision_organisation ON decision USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE sitting (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	application_id UUID NOT NULL, 
	paper_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	head BYTEA NOT NULL, 
	answered INTEGER NOT NULL, 
	epoch INTEGER NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_sitting PRIMARY KEY (id), 
	CONSTRAINT uq_sitting_application_id UNIQUE (application_id), 
	CONSTRAINT fk_sitting_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_sitting_application_id_application FOREIGN KEY(application_id) REFERENCES application (id), 
	CONSTRAINT fk_sitting_paper_id_paper FOREIGN KEY(paper_id) REFERENCES paper (id)
);

CREATE INDEX ix_sitting_organisation_id ON sitting (organisation_id);

CREATE INDEX ix_sitting_paper_id ON sitting (paper_id);

ALTER TABLE sitting ENABLE ROW LEVEL SECURITY;

ALTER TABLE sitting FORCE ROW LEVEL SECURITY;

CREATE POLICY sitting_organisation ON sitting USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE sitting_token (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	application_id UUID NOT NULL, 
	token_hash BYTEA NOT NULL, 
	epoch INTEGER NOT NULL, 
	issued_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	revoked_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_sitting_token PRIMARY KEY (id), 
	CONSTRAINT uq_sitting_token_token_hash UNIQUE (token_hash), 
	CONSTRAINT fk_sitting_token_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_sitting_token_application_id_application FOREIGN KEY(application_id) REFERENCES application (id)
);

CREATE INDEX ix_sitting_token_application_id ON sitting_token (application_id);

CREATE INDEX ix_sitting_token_organisation_id ON sitting_token (organisation_id);

ALTER TABLE sitting_token ENABLE ROW LEVEL SECURITY;

ALTER TABLE sitting_token FORCE ROW LEVEL SECURITY;

CREATE POLICY sitting_token_organisation ON sitting_token USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE score_sheet (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	application_id UUID NOT NULL, 
	assessor_id UUID NOT NULL, 
	version INTEGER NOT NULL, 
	marks JSONB NOT NULL, 
	total NUMERIC(6, 2) NOT NULL, 
	origin VARCHAR(40) NOT NULL, 
	entered_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_score_sheet PRIMARY KEY (id), 
	CONSTRAINT uq_score_sheet_application_id_assessor_id_version UNIQUE (application_id, assessor_id, version), 
	CONSTRAINT ck_score_sheet_total_of_100 CHECK (total >= 0 and total <= 100), 
	CONSTRAINT fk_score_sheet_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_score_sheet_application_id_application FOREIGN KEY(application_id) REFERENCES application (id), 
	CONSTRAINT ck_score_sheet_sheetorigin CHECK (origin IN ('form', 'csv'))
);

CREATE INDEX ix_score_sheet_organisation_id ON score_sheet (organisation_id);

ALTER TABLE score_sheet ENABLE ROW LEVEL SECURITY;

ALTER TABLE score_sheet FORCE ROW LEVEL SECURITY;

CREATE POLICY score_sheet_organisation ON score_sheet USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE marker_tie (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	exam_id UUID NOT NULL, 
	marker_id UUID NOT NULL, 
	application_id UUID, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_marker_tie PRIMARY KEY (id), 
	CONSTRAINT uq_marker_tie_exam_id_marker_id_application_id UNIQUE NULLS NOT DISTINCT (exam_id, marker_id, application_id), 
	CONSTRAINT fk_marker_tie_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_marker_tie_exam_id_exam FOREIGN KEY(exam_id) REFERENCES exam (id), 
	CONSTRAINT fk_marker_tie_application_id_application FOREIGN KEY(application_id) REFERENCES application (id)
);

CREATE INDEX ix_marker_tie_application_id ON marker_tie (application_id);

CREATE INDEX ix_marker_tie_organisation_id ON marker_tie (organisation_id);

ALTER TABLE marker_tie ENABLE ROW LEVEL SECURITY;

ALTER TABLE marker_tie FORCE ROW LEVEL SECURITY;

CREATE POLICY marker_tie_organisation ON marker_tie USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE award_ground (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	decision_id UUID NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	version INTEGER NOT NULL, 
	holds BOOLEAN NOT NULL, 
	evidence JSONB NOT NULL, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_award_ground PRIMARY KEY (id), 
	CONSTRAINT uq_award_ground_decision_id_kind_version UNIQUE (decision_id, kind, version), 
	CONSTRAINT ck_award_ground_version_positive CHECK (version > 0), 
	CONSTRAINT ck_award_ground_has_evidence CHECK (evidence <> '{}'), 
	CONSTRAINT fk_award_ground_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_award_ground_decision_id_decision FOREIGN KEY(decision_id) REFERENCES decision (id), 
	CONSTRAINT ck_award_ground_groundkind CHECK (kind IN ('final_decision', 'components', 'filing', 'objection_over', 'decider_no_examiner', 'eligibility', 'no_trainer'))
);

CREATE INDEX ix_award_ground_organisation_id ON award_ground (organisation_id);

ALTER TABLE award_ground ENABLE ROW LEVEL SECURITY;

ALTER TABLE award_ground FORCE ROW LEVEL SECURITY;

CREATE POLICY award_ground_organisation ON award_ground USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE certificate_batch_line (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	batch_id UUID NOT NULL, 
	place INTEGER NOT NULL, 
	decision_id UUID NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	certificate_id UUID, 
	refusal JSONB, 
	undrawn JSONB, 
	settled_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_certificate_batch_line PRIMARY KEY (id), 
	CONSTRAINT uq_certificate_batch_line_batch_id_decision_id UNIQUE (batch_id, decision_id), 
	CONSTRAINT uq_certificate_batch_line_certificate_id UNIQUE (certificate_id), 
	CONSTRAINT ck_certificate_batch_line_issued_is_a_certificate CHECK ((state = 'issued') = (certificate_id IS NOT NULL)), 
	CONSTRAINT ck_certificate_batch_line_refused_for_a_reason CHECK ((state = 'refused') = (refusal IS NOT NULL)), 
	CONSTRAINT fk_certificate_batch_line_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_certificate_batch_line_batch_id_certificate_batch FOREIGN KEY(batch_id) REFERENCES certificate_batch (id), 
	CONSTRAINT fk_certificate_batch_line_decision_id_decision FOREIGN KEY(decision_id) REFERENCES decision (id), 
	CONSTRAINT ck_certificate_batch_line_linestate CHECK (state IN ('waiting', 'issued', 'refused')), 
	CONSTRAINT fk_certificate_batch_line_certificate_id_certificate FOREIGN KEY(certificate_id) REFERENCES certificate (id)
);

CREATE INDEX ix_certificate_batch_line_batch_id_certificate_batch_li_58fa ON certificate_batch_line (batch_id, state, place);

CREATE INDEX ix_certificate_batch_line_decision_id ON certificate_batch_line (decision_id);

CREATE INDEX ix_certificate_batch_line_organisation_id ON certificate_batch_line (organisation_id);

ALTER TABLE certificate_batch_line ENABLE ROW LEVEL SECURITY;

ALTER TABLE certificate_batch_line FORCE ROW LEVEL SECURITY;

CREATE POLICY certificate_batch_line_organisation ON certificate_batch_line USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE answer_file (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	sitting_id UUID NOT NULL, 
	slot INTEGER NOT NULL, 
	part INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	media_type VARCHAR NOT NULL, 
	size INTEGER NOT NULL, 
	digest BYTEA NOT NULL, 
	content_sealed BYTEA NOT NULL, 
	stored_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_answer_file PRIMARY KEY (id), 
	CONSTRAINT uq_answer_file_sitting_id_slot_part_digest UNIQUE (sitting_id, slot, part, digest), 
	CONSTRAINT ck_answer_file_size_positive CHECK (size > 0), 
	CONSTRAINT fk_answer_file_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_answer_file_sitting_id_sitting FOREIGN KEY(sitting_id) REFERENCES sitting (id)
);

CREATE INDEX ix_answer_file_organisation_id ON answer_file (organisation_id);

ALTER TABLE answer_file ENABLE ROW LEVEL SECURITY;

ALTER TABLE answer_file FORCE ROW LEVEL SECURITY;

CREATE POLICY answer_file_organisation ON answer_file USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE step (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	sitting_id UUID NOT NULL, 
	number INTEGER NOT NULL, 
	epoch INTEGER NOT NULL, 
	slot INTEGER, 
	client_sequence INTEGER, 
	verb VARCHAR(40) NOT NULL, 
	response JSONB, 
	by UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_step PRIMARY KEY (id), 
	CONSTRAINT uq_step_sitting_id_number UNIQUE (sitting_id, number), 
	CONSTRAINT uq_step_sitting_id_slot_epoch_client_sequence UNIQUE (sitting_id, slot, epoch, client_sequence), 
	CONSTRAINT ck_step_number_positive CHECK (number > 0), 
	CONSTRAINT fk_step_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_step_sitting_id_sitting FOREIGN KEY(sitting_id) REFERENCES sitting (id), 
	CONSTRAINT ck_step_stepverb CHECK (verb IN ('start', 'answer', 'flag', 'credit', 'submit', 'expire'))
);

CREATE INDEX ix_step_organisation_id ON step (organisation_id);

ALTER TABLE step ENABLE ROW LEVEL SECURITY;

ALTER TABLE step FORCE ROW LEVEL SECURITY;

CREATE POLICY step_organisation ON step USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE TABLE answer_mark (
	id UUID NOT NULL, 
	organisation_id UUID NOT NULL, 
	sitting_id UUID NOT NULL, 
	slot INTEGER NOT NULL, 
	part INTEGER NOT NULL, 
	turn INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	marker_id UUID NOT NULL, 
	marks JSONB NOT NULL, 
	total NUMERIC(6, 2) NOT NULL, 
	most NUMERIC(6, 2) NOT NULL, 
	comment VARCHAR NOT NULL, 
	given_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_answer_mark PRIMARY KEY (id), 
	CONSTRAINT uq_answer_mark_sitting_id_slot_part_turn_version UNIQUE (sitting_id, slot, part, turn, version), 
	CONSTRAINT ck_answer_mark_total_within_most CHECK (total >= 0 and total <= most), 
	CONSTRAINT ck_answer_mark_turn_of_three CHECK (turn between 1 and 3), 
	CONSTRAINT ck_answer_mark_version_positive CHECK (version > 0), 
	CONSTRAINT fk_answer_mark_organisation_id_organisation FOREIGN KEY(organisation_id) REFERENCES organisation (id), 
	CONSTRAINT fk_answer_mark_sitting_id_sitting FOREIGN KEY(sitting_id) REFERENCES sitting (id)
);

CREATE INDEX ix_answer_mark_marker_id ON answer_mark (marker_id);

CREATE INDEX ix_answer_mark_organisation_id ON answer_mark (organisation_id);

ALTER TABLE answer_mark ENABLE ROW LEVEL SECURITY;

ALTER TABLE answer_mark FORCE ROW LEVEL SECURITY;

CREATE POLICY answer_mark_organisation ON answer_mark USING (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid));

CREATE OR REPLACE FUNCTION only_resealed(p_table oid, p_before jsonb, p_after jsonb) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT pg_get_userbyid(relowner) = current_user AND NOT EXISTS (
    SELECT FROM jsonb_each_text(p_before) AS b JOIN jsonb_each_text(p_after) AS a USING (key)
    WHERE a.value IS DISTINCT FROM b.value AND NOT (
      right(key, 7) = '_sealed' AND length(a.value) = length(b.value)
      AND left(a.value, 18) <> left(b.value, 18)
    )
  ) FROM pg_class WHERE oid = p_table
$$;

CREATE OR REPLACE FUNCTION refuse_submitted_revision() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog SET bytea_output = 'hex' AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;
  END IF;
  RAISE integrity_constraint_violation USING MESSAGE = 'a submitted revision is followed by a new one, never changed';
END $$;

CREATE TRIGGER revision_submitted BEFORE UPDATE OR DELETE ON revision
FOR EACH ROW WHEN (OLD.submitted_at IS NOT NULL) EXECUTE FUNCTION refuse_submitted_revision();

CREATE OR REPLACE FUNCTION item_goes_on() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF (OLD.state, NEW.state) NOT IN (
    ('draft', 'in_review'), ('draft', 'retired'), ('in_review', 'returned'), ('in_review', 'trial'), ('in_review', 'approved'), ('returned', 'draft'), ('returned', 'retired'), ('trial', 'draft'), ('trial', 'approved'), ('trial', 'recheck'), ('trial', 'retired'), ('approved', 'draft'), ('approved', 'in_use'), ('approved', 'recheck'), ('approved', 'retired'), ('in_use', 'draft'), ('in_use', 'recheck'), ('in_use', 'retired'), ('recheck', 'draft'), ('recheck', 'approved'), ('recheck', 'in_use'), ('recheck', 'retired')
  ) THEN
    RAISE integrity_constraint_violation
      USING MESSAGE = format('item %s: %s does not follow on %s', OLD.code, NEW.state, OLD.state);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER item_goes_on BEFORE UPDATE OF state ON item
FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION item_goes_on();

CREATE OR REPLACE FUNCTION revision_is_reviewed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  worded public.item%ROWTYPE;
BEGIN
  SELECT * INTO worded FROM public.item WHERE id = NEW.item_id;
  IF worded.demonstration
    OR worded.state = 'draft' AND (TG_OP = 'UPDATE' OR NEW.submitted_at IS NULL)
    OR worded.state = 'in_review' AND TG_OP = 'UPDATE'
    OR TG_OP = 'INSERT' AND EXISTS (
      SELECT FROM public.revision origin WHERE origin.item_id = worded.carried_from_id
        AND origin.number = NEW.number AND origin.submitted_at IS NOT NULL
        AND EXISTS (SELECT FROM public.carry_over WHERE id = worded.carry_over_id AND done_at IS NULL)
        AND (origin.content_hash = NEW.content_hash
          OR EXISTS (SELECT FROM public.picture WHERE item_id = worded.carried_from_id))
    )
  THEN
    RETURN NEW;
  END IF;
  RAISE integrity_constraint_violation USING MESSAGE =
    format('item %s is %s: a new wording begins as a draft (revision_is_reviewed)', worded.code, worded.state);
END $$;

CREATE TRIGGER revision_is_reviewed BEFORE INSERT ON revision FOR EACH ROW EXECUTE FUNCTION revision_is_reviewed();

CREATE TRIGGER revision_is_submitted BEFORE UPDATE OF submitted_at ON revision FOR EACH ROW WHEN (OLD.submitted_at IS DISTINCT FROM NEW.submitted_at) EXECUTE FUNCTION revision_is_reviewed();

CREATE OR REPLACE FUNCTION others_confirm() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM public.item_move confirmed
    WHERE confirmed.item_id = NEW.id AND confirmed.state = NEW.state AND confirmed.by <> NEW.author_id
      AND NOT EXISTS (SELECT FROM public.revision WHERE item_id = NEW.id AND author_id = confirmed.by)
      AND NOT EXISTS (SELECT FROM public.revision WHERE item_id = NEW.id AND submitted_at > confirmed.at)
      AND NOT EXISTS (
        SELECT FROM public.item_move sent WHERE sent.item_id = NEW.id AND sent.state = 'recheck'
          AND sent.at > confirmed.at
      )
  ) THEN
    RAISE integrity_constraint_violation USING MESSAGE =
      format('item %s goes back into the bank by another person than its authors (others_confirm)', NEW.code);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER others_confirm BEFORE UPDATE OF state ON item FOR EACH ROW WHEN (OLD.state IN ('recheck', 'trial') AND NEW.state IN ('approved', 'in_use')) EXECUTE FUNCTION others_confirm();

CREATE OR REPLACE FUNCTION item_keeps_origin() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF true THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('item %s: author and origin never change', OLD.code);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER item_keeps_origin BEFORE UPDATE OF author_id, demonstration, carried_from_id, carry_over_id ON item FOR EACH ROW WHEN ((OLD.author_id, OLD.demonstration, OLD.carried_from_id, OLD.carry_over_id) IS DISTINCT FROM (NEW.author_id, NEW.demonstration, NEW.carried_from_id, NEW.carry_over_id)) EXECUTE FUNCTION item_keeps_origin();

CREATE OR REPLACE FUNCTION item_is_reviewed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  newest uuid;
  stages text[];
  passed integer;
  returned boolean;
BEGIN
  SELECT revision.id, CASE coalesce(rule.stages, 1) WHEN 1 THEN ARRAY['first'] WHEN 2 THEN ARRAY['first', 'final'] WHEN 3 THEN ARRAY['first', 'second', 'final'] END INTO newest, stages
  FROM public.revision LEFT JOIN public.review_rule rule ON rule.id = revision.rule_id
  WHERE revision.item_id = NEW.id ORDER BY revision.number DESC LIMIT 1;
  SELECT count(*) FILTER (WHERE verdict = 'approve'), coalesce(bool_or(verdict = 'return'), false)
  INTO passed, returned FROM public.review WHERE revision_id = newest;
  IF NEW.state IN ('approved', 'trial') AND (returned OR passed <> cardinality(stages))
    OR NEW.state = 'returned' AND NOT returned
    OR NEW.state = 'in_review' AND (returned OR NEW.stage IS DISTINCT FROM stages[passed + 1])
  THEN
    RAISE integrity_constraint_violation USING MESSAGE =
      format('item %s: its reviews do not lead to %s %s (item_is_reviewed)', NEW.code, NEW.state, NEW.stage);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER item_is_reviewed BEFORE UPDATE OF state, stage ON item
FOR EACH ROW WHEN (OLD.state = 'in_review' OR NEW.state = 'in_review') EXECUTE FUNCTION item_is_reviewed();

CREATE OR REPLACE FUNCTION review_is_independent() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  reviewed public.item%ROWTYPE;
BEGIN
  SELECT item.* INTO reviewed FROM public.item JOIN public.revision ON revision.item_id = item.id
  WHERE revision.id = NEW.revision_id;
  IF reviewed.stage IS DISTINCT FROM NEW.stage THEN
    RAISE integrity_constraint_violation USING MESSAGE =
      format('item %s does not wait for the stage %s (review_at_its_stage)', reviewed.code, NEW.stage);
  END IF;
  IF NEW.reviewer_id = reviewed.author_id OR EXISTS (
    SELECT FROM public.revision WHERE item_id = reviewed.id AND author_id = NEW.reviewer_id
  ) THEN
    RAISE integrity_constraint_violation USING MESSAGE =
      format('item %s: reviewer_is_not_author of any revision', reviewed.code);
  END IF;
  IF EXISTS (
    SELECT FROM public.interest WHERE item_id = reviewed.id AND person_id = NEW.reviewer_id AND conflict
  ) OR NOT EXISTS (
    SELECT FROM public.interest
    WHERE revision_id = NEW.revision_id AND person_id = NEW.reviewer_id AND NOT conflict
  ) THEN
    RAISE integrity_constraint_violation USING MESSAGE =
      format('item %s: reviewer_is_free_of_interest', reviewed.code);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER review_is_independent BEFORE INSERT ON review
FOR EACH ROW EXECUTE FUNCTION review_is_independent();

CREATE OR REPLACE FUNCTION carry_over_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.approver_id IS NOT NULL AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'done_at' <> to_jsonb(OLD) - 'done_at') THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a mapping of points that was confirmed never changes (carry_over_stands)';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER carry_over_stands BEFORE UPDATE OR DELETE ON carry_over FOR EACH ROW EXECUTE FUNCTION carry_over_stands();

CREATE OR REPLACE FUNCTION item_enters_as_draft() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.state = 'approved' AND EXISTS (
    SELECT FROM public.carry_over carried JOIN public.item origin ON origin.id = NEW.carried_from_id
    WHERE carried.id = NEW.carry_over_id AND carried.approver_id IS NOT NULL
      AND origin.standard_id = carried.from_standard_id AND NEW.standard_id = carried.to_standard_id
      AND carried.mapping ->> origin.point_id::text = NEW.point_id::text
      AND origin.state IN ('approved', 'in_use')
  ) THEN
    RETURN NEW;
  END IF;
  RAISE integrity_constraint_violation USING MESSAGE =
    format('item %s enters the bank as a draft and is approved by persons (item_enters_as_draft)', NEW.code);
END $$;

CREATE TRIGGER item_enters_as_draft BEFORE INSERT ON item
FOR EACH ROW WHEN (NEW.state <> 'draft' AND NOT NEW.demonstration) EXECUTE FUNCTION item_enters_as_draft();

CREATE OR REPLACE FUNCTION change_is_said_before_review() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.revision WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.revision_id ELSE NEW.revision_id END AND submitted_at IS NOT NULL) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'the kind of change of a submitted revision stays (change_is_said_before_review)';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER change_is_said_before_review BEFORE INSERT OR UPDATE OR DELETE ON revision_change FOR EACH ROW EXECUTE FUNCTION change_is_said_before_review();

CREATE OR REPLACE FUNCTION key_changed_starts_anew() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.carry AND NOT EXISTS (SELECT FROM public.revision a JOIN public.revision b ON a.item_id = b.item_id AND a.id <> b.id AND a.marking_hash = b.marking_hash WHERE a.id = NEW.origin_id AND b.id = NEW.revision_id) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'statistics do not carry over to another key or number of options (key_changed_starts_anew)';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER key_changed_starts_anew BEFORE INSERT ON carry_decision FOR EACH ROW EXECUTE FUNCTION key_changed_starts_anew();

CREATE OR REPLACE FUNCTION carrying_is_decided_by_another() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.revision a JOIN public.revision b ON a.item_id = b.item_id WHERE b.id = NEW.revision_id AND a.author_id = NEW.decided_by) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'who worded an item does not decide on its statistics (carrying_is_decided_by_another)';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER carrying_is_decided_by_another BEFORE INSERT ON carry_decision FOR EACH ROW EXECUTE FUNCTION carrying_is_decided_by_another();

CREATE OR REPLACE FUNCTION carried_was_decided() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.carry_decision WHERE revision_id = NEW.revision_id AND carry) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'statistics carry over by a decision only (carried_was_decided)';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER carried_was_decided BEFORE INSERT OR UPDATE OF carried_from_id ON statistics FOR EACH ROW WHEN (NEW.carried_from_id IS NOT NULL) EXECUTE FUNCTION carried_was_decided();

CREATE OR REPLACE FUNCTION standard_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  moving text[] := CASE WHEN TG_OP = 'UPDATE' AND NEW.state = 'draft'
    THEN ARRAY['state', 'published_at', 'published_by'] ELSE ARRAY['locked_at'] END;
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.state = 'published' AND OLD.published_at < now() THEN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving
      OR (OLD.locked_at IS NOT NULL AND (NEW.state = 'draft' OR NEW.locked_at IS DISTINCT FROM OLD.locked_at)) THEN
      RAISE integrity_constraint_violation
        USING MESSAGE = format('standard %s (%s): published_standard_stands', OLD.code, OLD.edition);
    END IF;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  IF NEW.state = 'draft' THEN
    NEW.published_at := NULL;
    NEW.published_by := NULL;
  ELSIF TG_OP = 'INSERT' OR OLD.state <> 'published' THEN
    NEW.published_at := now();
    IF EXISTS (SELECT FROM public.item WHERE standard_id = NEW.id)
      OR EXISTS (SELECT FROM public.specification WHERE standard_id = NEW.id)
      OR EXISTS (SELECT FROM public.batch WHERE standard_id = NEW.id)
      OR EXISTS (SELECT FROM public.project_table JOIN public.level ON level.id = level_id
        WHERE level.standard_id = NEW.id) THEN
      NEW.locked_at := coalesce(NEW.locked_at, now());
    END IF;
    IF NEW.published_by IS NULL OR NEW.published_by <> '00000000-0000-0000-0000-000000000000' AND EXISTS (
      SELECT FROM public.standard_hand WHERE standard_id = NEW.id AND by = NEW.published_by
    ) THEN
      RAISE integrity_constraint_violation
        USING MESSAGE = format('standard %s (%s): publisher_is_not_drafter', NEW.code, NEW.edition);
    END IF;
  ELSE
    NEW.published_at := OLD.published_at;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER standard_stands BEFORE INSERT OR UPDATE OR DELETE ON standard
FOR EACH ROW EXECUTE FUNCTION standard_stands();

CREATE OR REPLACE FUNCTION standard_content_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  touched uuid[];
  fixed record;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    touched := touched || CASE TG_TABLE_NAME
      WHEN 'weight' THEN (SELECT standard_id FROM public.range WHERE id = (to_jsonb(OLD) ->> 'range_id')::uuid)
      ELSE (to_jsonb(OLD) ->> 'standard_id')::uuid END;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    touched := touched || CASE TG_TABLE_NAME
      WHEN 'weight' THEN (SELECT standard_id FROM public.range WHERE id = (to_jsonb(NEW) ->> 'range_id')::uuid)
      ELSE (to_jsonb(NEW) ->> 'standard_id')::uuid END;
  END IF;
  SELECT code, edition, locked_at INTO fixed FROM public.standard
    WHERE id = ANY (touched) AND state = 'published' AND published_at < now() LIMIT 1;
  IF FOUND THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('standard %s (%s): %s', fixed.code, fixed.edition,
      CASE WHEN fixed.locked_at IS NULL THEN 'published_standard_stands' ELSE 'locked_standard_stands' END);
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER level_stands BEFORE INSERT OR UPDATE OR DELETE ON level
FOR EACH ROW EXECUTE FUNCTION standard_content_stands();

CREATE TRIGGER range_stands BEFORE INSERT OR UPDATE OR DELETE ON range
FOR EACH ROW EXECUTE FUNCTION standard_content_stands();

CREATE TRIGGER weight_stands BEFORE INSERT OR UPDATE OR DELETE ON weight
FOR EACH ROW EXECUTE FUNCTION standard_content_stands();

CREATE TRIGGER point_stands BEFORE INSERT OR UPDATE OR DELETE ON point
FOR EACH ROW EXECUTE FUNCTION standard_content_stands();

CREATE TRIGGER subrange_stands BEFORE INSERT OR UPDATE OR DELETE ON subrange
FOR EACH ROW EXECUTE FUNCTION standard_content_stands();

CREATE TRIGGER sector_module_stands BEFORE INSERT OR UPDATE OR DELETE ON sector_module
FOR EACH ROW EXECUTE FUNCTION standard_content_stands();

CREATE TRIGGER work_content_stands BEFORE INSERT OR UPDATE OR DELETE ON work_content
FOR EACH ROW EXECUTE FUNCTION standard_content_stands();

CREATE TRIGGER requirement_stands BEFORE INSERT OR UPDATE OR DELETE ON requirement
FOR EACH ROW EXECUTE FUNCTION standard_content_stands();

CREATE OR REPLACE FUNCTION standard_locks() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  used uuid := CASE TG_TABLE_NAME
    WHEN 'project_table' THEN (SELECT standard_id FROM public.level WHERE id = (to_jsonb(NEW) ->> 'level_id')::uuid)
    WHEN 'carry_over' THEN (to_jsonb(NEW) ->> 'to_standard_id')::uuid
    ELSE (to_jsonb(NEW) ->> 'standard_id')::uuid END;
BEGIN
  -- Waits for whoever takes the standard back to draft just now, and then sees the draft.
  UPDATE public.standard SET locked_at = now() WHERE id = used AND state = 'published' AND locked_at IS NULL;
  IF EXISTS (SELECT FROM public.standard WHERE id = used AND state <> 'published') THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('%s: nothing_stands_on_a_draft', TG_TABLE_NAME);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER item_locks_standard AFTER INSERT ON item FOR EACH ROW EXECUTE FUNCTION standard_locks();

CREATE TRIGGER specification_locks_standard AFTER INSERT ON specification FOR EACH ROW EXECUTE FUNCTION standard_locks();

CREATE TRIGGER project_table_locks_standard AFTER INSERT ON project_table FOR EACH ROW EXECUTE FUNCTION standard_locks();

CREATE TRIGGER batch_locks_standard AFTER INSERT ON batch FOR EACH ROW EXECUTE FUNCTION standard_locks();

CREATE TRIGGER carry_over_locks_standard AFTER UPDATE OF approver_id ON carry_over
FOR EACH ROW WHEN (NEW.approver_id IS NOT NULL) EXECUTE FUNCTION standard_locks();

CREATE OR REPLACE FUNCTION paper_is_fixed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.state <> 'assembled' THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('paper %s is %s and never changes', OLD.code, OLD.state);
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER paper_is_fixed BEFORE UPDATE OR DELETE ON paper FOR EACH ROW EXECUTE FUNCTION paper_is_fixed();

CREATE OR REPLACE FUNCTION paper_takes_slots() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.paper WHERE id = NEW.paper_id AND state <> 'assembled') THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a paper that is sealed or discarded takes no more slots';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER paper_takes_slots BEFORE INSERT ON slot FOR EACH ROW EXECUTE FUNCTION paper_takes_slots();

CREATE OR REPLACE FUNCTION assembly_run_goes_on() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT (
    OLD.state = 'queued' AND NEW.state IN ('running', 'cancelled', 'overtaken', 'failed')
    OR OLD.state = 'running' AND NEW.state <> 'queued'
  ) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('an assembly run that is %s does not become %s', OLD.state, NEW.state);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER assembly_run_goes_on BEFORE UPDATE OF state ON assembly_run FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION assembly_run_goes_on();

CREATE OR REPLACE FUNCTION paper_keeps_slots() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.paper WHERE id = OLD.paper_id AND state <> 'assembled') THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a paper that is sealed or discarded keeps its slots';
  END IF;
  RETURN OLD;
END $$;

CREATE TRIGGER paper_keeps_slots BEFORE DELETE ON slot FOR EACH ROW EXECUTE FUNCTION paper_keeps_slots();

CREATE OR REPLACE FUNCTION slots_are_replaced() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF true THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a slot is taken out and another put in, never changed';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER slots_are_replaced BEFORE UPDATE OR TRUNCATE ON slot EXECUTE FUNCTION slots_are_replaced();

CREATE TRIGGER paper_takes_swaps BEFORE INSERT ON swap FOR EACH ROW EXECUTE FUNCTION paper_takes_slots();

CREATE OR REPLACE FUNCTION approver_is_not_swapper() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.swap WHERE paper_id = NEW.id AND by = NEW.approved_by) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('paper %s: approver_is_not_swapper', NEW.code);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER swapper_seals_not BEFORE UPDATE ON paper FOR EACH ROW EXECUTE FUNCTION approver_is_not_swapper();

CREATE OR REPLACE FUNCTION skill_paper_is_fixed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.state <> 'assembled' THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('paper %s is %s and never changes', OLD.code, OLD.state);
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER skill_paper_is_fixed BEFORE UPDATE OR DELETE ON skill_paper FOR EACH ROW EXECUTE FUNCTION skill_paper_is_fixed();

CREATE OR REPLACE FUNCTION skill_paper_takes_slots() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.skill_paper WHERE id = NEW.paper_id AND state <> 'assembled') THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a paper that is sealed or discarded takes no more slots';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER skill_paper_takes_slots BEFORE INSERT ON skill_slot FOR EACH ROW EXECUTE FUNCTION skill_paper_takes_slots();

CREATE OR REPLACE FUNCTION skill_paper_takes_approved() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.task WHERE id = NEW.task_id AND state = 'approved') THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a skill paper takes approved tasks only';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER skill_paper_takes_approved BEFORE INSERT ON skill_slot FOR EACH ROW EXECUTE FUNCTION skill_paper_takes_approved();

CREATE OR REPLACE FUNCTION skill_paper_holds_approved() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.state = 'sealed' AND EXISTS (
    SELECT FROM public.skill_slot JOIN public.task ON task.id = skill_slot.task_id
    WHERE skill_slot.paper_id = NEW.id AND task.state <> 'approved'
  ) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('skill paper %s holds a task that is not approved', NEW.code);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER skill_paper_holds_approved BEFORE UPDATE OF state ON skill_paper FOR EACH ROW EXECUTE FUNCTION skill_paper_holds_approved();

CREATE OR REPLACE FUNCTION task_version_is_fixed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.submitted_at IS NOT NULL
    AND (TG_OP = 'DELETE' OR to_jsonb(OLD) - 'state' IS DISTINCT FROM to_jsonb(NEW) - 'state'
      AND NOT public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW))) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('version %s of task %s is submitted and never changes', OLD.number, OLD.code);
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER task_version_is_fixed BEFORE UPDATE OR DELETE ON task FOR EACH ROW EXECUTE FUNCTION task_version_is_fixed();

CREATE OR REPLACE FUNCTION task_begins_as_draft() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.state <> 'draft' AND NOT (
    NEW.demonstration AND EXISTS (SELECT FROM public.organisation WHERE id = NEW.organisation_id AND demonstration)
  ) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a task begins as a draft';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER task_begins_as_draft BEFORE INSERT ON task FOR EACH ROW EXECUTE FUNCTION task_begins_as_draft();

CREATE OR REPLACE FUNCTION task_state_follows() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.state <> OLD.state AND OLD.state || ' ' || NEW.state NOT IN (
    'draft in_review', 'in_review approved', 'in_review returned', 'approved superseded', 'approved retired'
  ) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('task %s does not go from %s to %s', OLD.code, OLD.state, NEW.state);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER task_state_follows BEFORE UPDATE OF state ON task FOR EACH ROW EXECUTE FUNCTION task_state_follows();

CREATE OR REPLACE FUNCTION task_adds_up() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.state = 'in_review' AND NEW.marks IS DISTINCT FROM (
    SELECT sum((line ->> 'marks')::numeric) FROM jsonb_array_elements(NEW.sheet) AS line
  ) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('the rows of task %s do not add up to its marks', NEW.code);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER task_adds_up BEFORE UPDATE OF state ON task FOR EACH ROW EXECUTE FUNCTION task_adds_up();

CREATE OR REPLACE FUNCTION task_approved_by_another() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.state = 'in_review' AND NEW.state = 'approved' AND NOT EXISTS (
    SELECT FROM public.task_review WHERE task_id = NEW.id AND verdict = 'approve'
  ) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('version %s of task %s has no approving verdict', NEW.number, NEW.code);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER task_approved_by_another BEFORE UPDATE OF state ON task FOR EACH ROW EXECUTE FUNCTION task_approved_by_another();

CREATE OR REPLACE FUNCTION task_reviewer_is_another() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (
    SELECT FROM public.task AS own JOIN public.task AS judged USING (standard_id, code)
    WHERE judged.id = NEW.task_id AND own.author_id = NEW.reviewer_id
  ) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'who wrote a version of a task decides on none of them';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER task_reviewer_is_another BEFORE INSERT ON task_review FOR EACH ROW EXECUTE FUNCTION task_reviewer_is_another();

GRANT USAGE, CREATE ON SCHEMA public TO kaoping_definer;

CREATE FUNCTION step_hash(p_previous bytea, p_step step) RETURNS bytea LANGUAGE sql IMMUTABLE
RETURN sha256(p_previous || convert_to(concat_ws(chr(31),
  (p_step).sitting_id, (p_step).number, (p_step).epoch, coalesce((p_step).slot::text, ''),
  coalesce((p_step).client_sequence::text, ''), (p_step).verb, coalesce((p_step).response::text, ''), (p_step).by,
  (extract(epoch FROM (p_step).at) * 1000000)::bigint), 'UTF8'));

CREATE FUNCTION sitting_deadline(p_sitting uuid) RETURNS timestamptz LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN (
    SELECT least(s.created_at + make_interval(mins => e.minutes), e.closes_at) + make_interval(secs => coalesce(
      (SELECT sum((c.response->>'seconds')::integer) FROM step c
       WHERE c.sitting_id = s.id AND c.slot IS NULL AND c.verb = 'credit'), 0))
    FROM sitting s JOIN application a ON a.id = s.application_id JOIN exam e ON e.id = a.exam_id
    WHERE s.id = p_sitting);
END $$;

CREATE FUNCTION response_fits(p_type text, p_response jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN p_response IS NULL OR CASE p_type
  WHEN 'true_false' THEN jsonb_typeof(p_response) = 'boolean'
  WHEN 'single_choice' THEN jsonb_typeof(p_response) = 'string' AND (p_response #>> '{}') ~ '^[A-Z]$'
  WHEN 'multiple_choice' THEN jsonb_typeof(p_response) = 'array'
    AND NOT jsonb_path_exists(p_response, 'strict $[*] ? (@.type() != "string" || !(@ like_regex "^[A-Z]$"))')
  WHEN 'ordering' THEN jsonb_typeof(p_response) = 'array'
    AND NOT jsonb_path_exists(p_response, 'strict $[*] ? (@.type() != "string" || !(@ like_regex "^[A-Z]$"))')
  WHEN 'matching' THEN jsonb_typeof(p_response) = 'array'
    AND NOT jsonb_path_exists(p_response, 'strict $[*] ? (@.type() != "string" || !(@ like_regex "^[A-Z]?$"))')
  WHEN 'cloze' THEN jsonb_typeof(p_response) = 'array'
    AND NOT jsonb_path_exists(p_response, 'strict $[*] ? (@.type() != "string" || !(@ like_regex "^[A-Z]?$"))')
  WHEN 'hotspot' THEN jsonb_typeof(p_response) = 'array' AND NOT jsonb_path_exists(p_response,
    'strict $[*] ? (@.type() != "string" || !(@ like_regex "^([A-Z]|[0-9]{1,5},[0-9]{1,5})$"))')
  WHEN 'fill_in' THEN jsonb_typeof(p_response) = 'array'
    AND NOT jsonb_path_exists(p_response, 'strict $[*] ? (@.type() != "string")')
  WHEN 'numeric' THEN jsonb_typeof(p_response) = 'string'
  WHEN 'short_answer' THEN jsonb_typeof(p_response) = 'string'
  WHEN 'essay' THEN jsonb_typeof(p_response) = 'string'
  WHEN 'file_upload' THEN jsonb_typeof(p_response) = 'string'
    AND (p_response #>> '{}') ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
  WHEN 'case' THEN jsonb_typeof(p_response) = 'array'
    AND NOT jsonb_path_exists(p_response, 'strict $[*] ? (@.type() == "object" || @.type() == "number")')
  ELSE false END;

CREATE FUNCTION append_step(
  p_sitting uuid, p_epoch integer, p_slot integer, p_sequence integer, p_verb text, p_response jsonb, p_by uuid,
  p_at timestamptz
) RETURNS step LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  held sitting;
  earlier step;
  added step;
BEGIN
  SELECT * INTO STRICT held FROM sitting WHERE id = p_sitting FOR UPDATE;
  IF p_verb = 'answer' THEN
    SELECT * INTO earlier FROM step WHERE sitting_id = p_sitting AND slot = p_slot AND verb = 'answer'
    ORDER BY epoch DESC, client_sequence DESC LIMIT 1;
    IF NOT FOUND OR (p_epoch, p_sequence) > (earlier.epoch, earlier.client_sequence) THEN
      held.answered := held.answered + (p_response IS NOT NULL)::integer - (earlier.response IS NOT NULL)::integer;
    END IF;
  END IF;
  added.id := gen_random_uuid();
  added.organisation_id := held.organisation_id;
  added.sitting_id := held.id;
  added.number := held.number + 1;
  added.epoch := p_epoch;
  added.slot := p_slot;
  added.client_sequence := p_sequence;
  added.verb := p_verb;
  added.response := p_response;
  added.by := p_by;
  added.at := p_at;
  added.hash := step_hash(held.head, added);
  INSERT INTO step SELECT added.*;
  UPDATE sitting SET number = added.number, head = added.hash, answered = held.answered WHERE id = held.id;
  RETURN added;
END $$;

CREATE FUNCTION broken_step(p_sitting uuid) RETURNS integer LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  held sitting;
  one step;
  previous bytea := decode(repeat('00', 32), 'hex');
  counted integer := 0;
BEGIN
  SELECT * INTO STRICT held FROM sitting WHERE id = p_sitting;
  FOR one IN SELECT * FROM step WHERE sitting_id = p_sitting ORDER BY number LOOP
    counted := counted + 1;
    IF one.number <> counted OR one.hash <> step_hash(previous, one) THEN RETURN counted; END IF;
    previous := one.hash;
  END LOOP;
  IF held.number <> counted OR held.head <> previous THEN RETURN counted + 1; END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION save_answer(
  p_token_hash bytea, p_slot integer, p_epoch integer, p_sequence integer, p_verb text, p_response jsonb,
  p_at timestamptz, OUT outcome text, OUT step_number integer, OUT saved_at timestamptz, OUT answered integer,
  OUT highest integer, OUT until timestamptz, OUT organisation uuid, OUT paper uuid, OUT desk uuid
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  moment timestamptz := coalesce(p_at, clock_timestamp());
  given jsonb := nullif(p_response, 'null');
  holder sitting_token;
  held sitting;
  earlier step;
  added step;
  kind text;
  person uuid;
BEGIN
  SELECT * INTO holder FROM sitting_token WHERE token_hash = p_token_hash;
  IF NOT FOUND OR holder.expires_at <= moment THEN outcome := 'unknown'; RETURN; END IF;
  SELECT * INTO held FROM sitting WHERE application_id = holder.application_id FOR UPDATE;
  IF NOT FOUND THEN outcome := 'not_started'; RETURN; END IF;
  IF holder.revoked_at IS NOT NULL OR held.epoch <> holder.epoch OR coalesce(p_epoch, holder.epoch) <> holder.epoch THEN
    outcome := 'taken_over'; RETURN;
  END IF;
  SELECT * INTO earlier FROM step
  WHERE sitting_id = held.id AND epoch = holder.epoch AND slot = p_slot AND client_sequence = p_sequence;
  IF FOUND THEN
    IF earlier.verb <> p_verb OR earlier.response IS DISTINCT FROM given THEN
      outcome := 'reused';
      SELECT max(client_sequence) INTO highest FROM step
      WHERE sitting_id = held.id AND epoch = holder.epoch AND slot = p_slot;
      RETURN;
    END IF;
    added := earlier;
  ELSE
    IF EXISTS (
      SELECT FROM step WHERE sitting_id = held.id AND number = held.number AND verb IN ('submit', 'expire')
    ) THEN
      outcome := 'ended'; RETURN;
    END IF;
    until := sitting_deadline(held.id);
    IF moment > until + interval '20 seconds' THEN outcome := 'late'; RETURN; END IF;
    SELECT item.type, application.person_id INTO kind, person
    FROM slot JOIN item ON item.id = slot.item_id, application
    WHERE slot.paper_id = held.paper_id AND slot.number = p_slot AND application.id = held.application_id;
    IF NOT FOUND THEN outcome := 'no_slot'; RETURN; END IF;
    IF p_verb NOT IN ('answer', 'flag') OR (p_verb = 'flag' AND coalesce(jsonb_typeof(given), '') <> 'boolean')
      OR (p_verb = 'answer' AND NOT response_fits(kind, given)) THEN
      outcome := 'unfit'; RETURN;
    END IF;
    added := append_step(held.id, holder.epoch, p_slot, p_sequence, p_verb, given, person, moment);
  END IF;
  outcome := 'saved';
  organisation := held.organisation_id;
  paper := held.paper_id;
  desk := held.id;
  step_number := added.number;
  saved_at := added.at;
  SELECT sitting.answered INTO answered FROM sitting WHERE id = held.id;
END $$;

ALTER FUNCTION save_answer(bytea, integer, integer, integer, text, jsonb, timestamptz) OWNER TO kaoping_definer;

REVOKE ALL ON FUNCTION save_answer(bytea, integer, integer, integer, text, jsonb, timestamptz) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION save_answer(bytea, integer, integer, integer, text, jsonb, timestamptz) TO kaoping_app;

CREATE FUNCTION find_token(
  p_token_hash bytea, OUT organisation uuid, OUT application uuid, OUT epoch integer, OUT expires_at timestamptz,
  OUT revoked_at timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT organisation_id, application_id, epoch, expires_at, revoked_at FROM sitting_token
  WHERE token_hash = p_token_hash
$$;

ALTER FUNCTION find_token(bytea) OWNER TO kaoping_definer;

REVOKE ALL ON FUNCTION find_token(bytea) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION find_token(bytea) TO kaoping_app;

CREATE FUNCTION find_ticket(
  p_ticket text, OUT organisation uuid, OUT application uuid, OUT person uuid, OUT name_folded text,
  OUT tail_fingerprint bytea, OUT room uuid, OUT code_sealed bytea
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.organisation_id, a.id, p.id, p.name_folded, p.tail_fingerprint, r.id, r.code_sealed
  FROM application a JOIN person p ON p.id = a.person_id JOIN room r ON r.id = a.room_id WHERE a.ticket = p_ticket
$$;

ALTER FUNCTION find_ticket(text) OWNER TO kaoping_definer;

REVOKE ALL ON FUNCTION find_ticket(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION find_ticket(text) TO kaoping_app;

CREATE OR REPLACE FUNCTION exam_twins_are_frozen() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF true THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'the English of an exam is frozen when it is prepared';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER exam_twins_are_frozen BEFORE UPDATE OF twins ON exam_paper FOR EACH ROW EXECUTE FUNCTION exam_twins_are_frozen();

CREATE FUNCTION certificate_has_grounds() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  decided public.decision%ROWTYPE;
  lacking text;
BEGIN
  SELECT * INTO decided FROM public.decision WHERE id = NEW.award_id;
  IF NOT FOUND THEN
    RETURN NEW;
  END IF;
  IF decided.state <> 'final' OR NEW.kind = 'skill_level' AND decided.outcome <> 'pass' THEN
    RAISE integrity_constraint_violation USING MESSAGE =
      format('certificate %s follows from no final pass (certificate_has_grounds)', NEW.number);
  END IF;
  SELECT string_agg(needed, ', ') INTO lacking FROM unnest(ARRAY['final_decision', 'components', 'filing', 'objection_over', 'decider_no_examiner', 'eligibility', 'no_trainer']) AS needed
  WHERE NEW.kind = 'skill_level' AND NOT coalesce((
    SELECT holds FROM public.award_ground WHERE decision_id = NEW.award_id AND kind = needed
    ORDER BY version DESC LIMIT 1
  ), false);
  IF lacking IS NOT NULL THEN
    RAISE integrity_constraint_violation USING MESSAGE =
      format('certificate %s lacks grounds: %s (certificate_has_grounds)', NEW.number, lacking);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER certificate_has_grounds BEFORE INSERT ON certificate FOR EACH ROW EXECUTE FUNCTION certificate_has_grounds();

CREATE FUNCTION certificate_follows_decision() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.decision WHERE id = NEW.award_id) THEN
    RAISE integrity_constraint_violation USING MESSAGE =
      format('certificate %s follows from no decision (certificate_follows_decision)', NEW.number);
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER certificate_follows_decision AFTER INSERT ON certificate DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.kind IN ('skill_level', 'score_report')) EXECUTE FUNCTION certificate_follows_decision();

CREATE FUNCTION decision_examiner() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM score_sheet
             WHERE application_id = NEW.application_id AND assessor_id = NEW.decided_by) THEN
    RAISE EXCEPTION 'an assessor of the candidate cannot decide' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER decision_examiner BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION decision_examiner();

CREATE FUNCTION find_own_persons(p_account uuid) RETURNS TABLE (organisation uuid, person uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT organisation_id, id FROM person WHERE account_id = p_account ORDER BY organisation_id, id
$$;

ALTER FUNCTION find_own_persons(uuid) OWNER TO kaoping_definer;

REVOKE ALL ON FUNCTION find_own_persons(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION find_own_persons(uuid) TO kaoping_app;

CREATE OR REPLACE FUNCTION marker_has_one_turn() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.answer_mark WHERE sitting_id = NEW.sitting_id AND slot = NEW.slot AND part = NEW.part AND (marker_id = NEW.marker_id) <> (turn = NEW.turn)) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a marker has one turn at an answer, and a turn one marker';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER marker_has_one_turn BEFORE INSERT ON answer_mark FOR EACH ROW EXECUTE FUNCTION marker_has_one_turn();

CREATE OR REPLACE FUNCTION marker_is_not_bound() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (
    SELECT FROM public.marker_tie JOIN public.sitting ON sitting.application_id = marker_tie.application_id
    WHERE sitting.id = NEW.sitting_id AND marker_tie.marker_id = NEW.marker_id
  ) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a marker who is bound to a candidate does not mark the answers';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER marker_is_not_bound BEFORE INSERT ON answer_mark FOR EACH ROW EXECUTE FUNCTION marker_is_not_bound();

CREATE OR REPLACE FUNCTION decision_marker() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (
    SELECT FROM public.answer_mark JOIN public.sitting ON sitting.id = answer_mark.sitting_id
    WHERE sitting.application_id = NEW.application_id AND answer_mark.marker_id = NEW.decided_by
  ) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a marker of the candidate cannot decide';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER decision_marker BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION decision_marker();

CREATE OR REPLACE FUNCTION filing_is_fixed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.state <> 'entered' OR TG_OP = 'UPDATE' AND (OLD.state = 'ended' OR OLD.state = 'confirmed' AND NEW.state <> 'ended' OR (to_jsonb(OLD) - ARRAY['state', 'confirmed_by', 'confirmed_at', 'ended_on', 'reason']) <> (to_jsonb(NEW) - ARRAY['state', 'confirmed_by', 'confirmed_at', 'ended_on', 'reason'])) AND NOT public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW)) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('filing %s is %s and never changes', OLD.number, OLD.state);
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER filing_is_fixed BEFORE UPDATE OR DELETE ON filing FOR EACH ROW EXECUTE FUNCTION filing_is_fixed();

CREATE OR REPLACE FUNCTION register_line_is_chained() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  head public.register_head%ROWTYPE;
BEGIN
  INSERT INTO public.register_head (id, organisation_id, sequence, digest)
    VALUES (NEW.organisation_id, NEW.organisation_id, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
  SELECT * INTO STRICT head FROM public.register_head WHERE organisation_id = NEW.organisation_id FOR UPDATE;
  NEW.sequence := head.sequence + 1;
  NEW.previous := head.digest;
  NEW.digest := sha256(NEW.previous || convert_to(concat_ws(E'\n', NEW.id, NEW.organisation_id, NEW.sequence, NEW.certificate_id, NEW.verb, NEW."by",
    coalesce(NEW.confirmed_by::text, ''), coalesce(NEW.proposal_id::text, ''),
    to_char(NEW."at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), NEW.facts::text), 'UTF8'));
  UPDATE public.register_head SET sequence = NEW.sequence, digest = NEW.digest WHERE id = head.id;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION register_line_is_confirmed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  held public.certificate%ROWTYPE;
  proposal public.certificate_proposal%ROWTYPE;
BEGIN
  SELECT * INTO STRICT held FROM public.certificate WHERE id = NEW.certificate_id;
  SELECT * INTO proposal FROM public.certificate_proposal WHERE id = NEW.proposal_id;
  IF NEW.verb = 'issued' AND NEW.proposal_id IS NULL AND held.supersedes_id IS NULL
    AND held.kind IN ('skill_level', 'score_report')
  THEN
    RETURN NEW;
  END IF;
  IF NEW.verb = 're_signed' AND NEW.proposal_id IS NULL AND NEW.confirmed_by <> NEW."by" THEN
    RETURN NEW;
  END IF;
  IF proposal.state IS DISTINCT FROM 'confirmed' OR proposal.proposed_by <> NEW."by"
    OR proposal.decided_by IS DISTINCT FROM NEW.confirmed_by OR NEW.confirmed_by = NEW."by"
  THEN
    RAISE integrity_constraint_violation USING MESSAGE =
      format('certificate %s: %s was not proposed by one person and confirmed by another', held.number, NEW.verb);
  END IF;
  IF NEW.verb = 'issued' AND held.supersedes_id IS NULL AND proposal.verb = 'issue' AND held.award_id = proposal.id
    OR NEW.verb = 'issued' AND held.supersedes_id = proposal.certificate_id AND proposal.verb IN ('correct', 'renew')
    OR proposal.certificate_id = held.id AND (proposal.verb, NEW.verb) IN (('suspend', 'suspended'), ('lift', 'lifted'), ('revoke', 'revoked'), ('correct', 'superseded'), ('renew', 'superseded'))
  THEN
    RETURN NEW;
  END IF;
  RAISE integrity_constraint_violation USING MESSAGE =
    format('certificate %s: %s is not what was proposed and confirmed', held.number, NEW.verb);
END $$;

CREATE OR REPLACE FUNCTION register_line_follows() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  held public.certificate%ROWTYPE;
BEGIN
  SELECT * INTO STRICT held FROM public.certificate WHERE id = NEW.certificate_id;
  IF NEW.verb NOT IN ('issued', 're_signed') AND (NEW.verb, held.standing) NOT IN (('suspended', 'valid'), ('lifted', 'suspended'), ('revoked', 'suspended'), ('revoked', 'valid'), ('superseded', 'valid')) THEN
    RAISE integrity_constraint_violation USING MESSAGE =
      format('certificate %s is %s: %s does not follow', held.number, held.standing, NEW.verb);
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION certificate_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  UPDATE public.certificate SET standing = CASE NEW.verb WHEN 'issued' THEN 'valid' WHEN 'suspended' THEN 'suspended' WHEN 'lifted' THEN 'valid' WHEN 'revoked' THEN 'revoked' WHEN 'superseded' THEN 'superseded' END WHERE id = NEW.certificate_id;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION certificate_comes_whole() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_TABLE_NAME = 'certificate' THEN
    IF NOT EXISTS (SELECT FROM public.register_entry WHERE certificate_id = NEW.id AND verb = 'issued') THEN
      RAISE integrity_constraint_violation USING MESSAGE = format('certificate %s is not in the register', NEW.number);
    END IF;
    IF NEW.supersedes_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM public.certificate WHERE id = NEW.supersedes_id AND standing = 'superseded'
    ) THEN
      RAISE integrity_constraint_violation
        USING MESSAGE = format('certificate %s corrects one that still stands', NEW.number);
    END IF;
  ELSIF NOT EXISTS (SELECT FROM public.certificate WHERE supersedes_id = NEW.certificate_id) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a certificate is superseded by another one, which is missing';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER register_line_follows BEFORE INSERT ON register_entry FOR EACH ROW EXECUTE FUNCTION register_line_follows();

CREATE TRIGGER register_line_is_confirmed BEFORE INSERT ON register_entry FOR EACH ROW EXECUTE FUNCTION register_line_is_confirmed();

CREATE TRIGGER register_line_the_last BEFORE INSERT ON register_entry FOR EACH ROW EXECUTE FUNCTION register_line_is_chained();

CREATE TRIGGER certificate_stands AFTER INSERT ON register_entry FOR EACH ROW WHEN (NEW.verb NOT IN ('issued', 're_signed')) EXECUTE FUNCTION certificate_stands();

CREATE CONSTRAINT TRIGGER certificate_comes_with_line AFTER INSERT ON certificate DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (true) EXECUTE FUNCTION certificate_comes_whole();

CREATE CONSTRAINT TRIGGER superseded_comes_with_successor AFTER INSERT ON register_entry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.verb = 'superseded') EXECUTE FUNCTION certificate_comes_whole();

CREATE OR REPLACE FUNCTION certificate_is_fixed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NOT public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW)) AND ((NEW.number, NEW.kind, NEW.award_id, NEW.person_id, NEW.level, NEW.valid_until, NEW.supersedes_id, NEW.issued_at, NEW.key_id, NEW.demonstration, NEW.query_fingerprint, NEW.name_fingerprint, NEW.tail_fingerprint, NEW.statement_sealed, NEW.signature, NEW.photo_sealed, NEW.query_key_sealed, NEW.offline_code_sealed) IS DISTINCT FROM (OLD.number, OLD.kind, OLD.award_id, OLD.person_id, OLD.level, OLD.valid_until, OLD.supersedes_id, OLD.issued_at, OLD.key_id, OLD.demonstration, OLD.query_fingerprint, OLD.name_fingerprint, OLD.tail_fingerprint, OLD.statement_sealed, OLD.signature, OLD.photo_sealed, OLD.query_key_sealed, OLD.offline_code_sealed) OR NEW.standing IS DISTINCT FROM (SELECT CASE verb WHEN 'issued' THEN 'valid' WHEN 'suspended' THEN 'suspended' WHEN 'lifted' THEN 'valid' WHEN 'revoked' THEN 'revoked' WHEN 'superseded' THEN 'superseded' END FROM public.register_entry WHERE certificate_id = NEW.id AND verb IN ('issued', 'suspended', 'lifted', 'revoked', 'superseded') ORDER BY sequence DESC LIMIT 1)) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('certificate %s is in the register: what was issued stays, and its state follows from the lines', OLD.number);
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER certificate_is_fixed BEFORE UPDATE OR DELETE ON certificate FOR EACH ROW EXECUTE FUNCTION certificate_is_fixed();

CREATE OR REPLACE FUNCTION certificate_proposal_is_fixed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NOT public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW)) AND (OLD.state <> 'open' OR (to_jsonb(OLD) - ARRAY['state', 'decided_by', 'decided_at']) <> (to_jsonb(NEW) - ARRAY['state', 'decided_by', 'decided_at'])) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a proposal is decided once, and what it says stays';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER certificate_proposal_is_fixed BEFORE UPDATE OR DELETE ON certificate_proposal FOR EACH ROW EXECUTE FUNCTION certificate_proposal_is_fixed();

CREATE OR REPLACE FUNCTION certificate_proposal_begins_open() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.state <> 'open' THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a proposal is decided after it was written';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER certificate_proposal_begins_open BEFORE INSERT ON certificate_proposal FOR EACH ROW EXECUTE FUNCTION certificate_proposal_begins_open();

CREATE OR REPLACE FUNCTION number_counter_counts() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NEW.serial <> OLD.serial + 1 OR NEW.scope <> OLD.scope OR NEW.last <> OLD.last THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('the counter %s goes on by one number at a time', OLD.scope);
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER number_counter_counts BEFORE UPDATE OR DELETE ON number_counter FOR EACH ROW EXECUTE FUNCTION number_counter_counts();

CREATE OR REPLACE FUNCTION number_rule_is_fixed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.confirmed_by IS NOT NULL OR TG_OP = 'UPDATE' AND (to_jsonb(NEW) - ARRAY['confirmed_by', 'confirmed_at']) <> (to_jsonb(OLD) - ARRAY['confirmed_by', 'confirmed_at']) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('number rule %s was confirmed or is only confirmed as it is', OLD.version);
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER number_rule_is_fixed BEFORE UPDATE OR DELETE ON number_rule FOR EACH ROW EXECUTE FUNCTION number_rule_is_fixed();

CREATE OR REPLACE FUNCTION number_rule_begins_unconfirmed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.confirmed_by IS NOT NULL THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('number rule %s is confirmed after it was written', NEW.version);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER number_rule_begins_unconfirmed BEFORE INSERT ON number_rule FOR EACH ROW EXECUTE FUNCTION number_rule_begins_unconfirmed();

CREATE OR REPLACE FUNCTION certificate_begins_valid() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.standing <> 'valid' THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a certificate is issued valid';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER certificate_begins_valid BEFORE INSERT ON certificate FOR EACH ROW EXECUTE FUNCTION certificate_begins_valid();

CREATE OR REPLACE FUNCTION register_head_goes_on() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NEW.sequence <> OLD.sequence + 1 THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'the head of the register goes on by one line at a time';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER register_head_goes_on BEFORE UPDATE OR DELETE ON register_head FOR EACH ROW EXECUTE FUNCTION register_head_goes_on();

CREATE FUNCTION find_certificate_by_query(p_fingerprint bytea, OUT organisation uuid, OUT certificate uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT organisation_id, id FROM certificate WHERE query_fingerprint = p_fingerprint
$$;

ALTER FUNCTION find_certificate_by_query(bytea) OWNER TO kaoping_definer;

REVOKE ALL ON FUNCTION find_certificate_by_query(bytea) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION find_certificate_by_query(bytea) TO kaoping_app;

CREATE FUNCTION find_certificate_by_number(
  p_number text, OUT organisation uuid, OUT certificate uuid, OUT name_fingerprint bytea, OUT tail_fingerprint bytea
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT organisation_id, id, name_fingerprint, tail_fingerprint FROM certificate WHERE number = p_number
$$;

ALTER FUNCTION find_certificate_by_number(text) OWNER TO kaoping_definer;

REVOKE ALL ON FUNCTION find_certificate_by_number(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION find_certificate_by_number(text) TO kaoping_app;

CREATE OR REPLACE FUNCTION der_is_public(p_der bytea) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
DECLARE
  at integer := 0;
  size integer;
  wide integer;
BEGIN
  FOR element IN 1..2 LOOP
    IF get_byte(p_der, at) <> 48 THEN RETURN false; END IF;
    size := get_byte(p_der, at + 1);
    wide := greatest(size - 128, 0);
    IF wide > 3 THEN RETURN false; END IF;
    IF wide > 0 THEN
      size := 0;
      FOR place IN 1..wide LOOP size := size * 256 + get_byte(p_der, at + 1 + place); END LOOP;
    END IF;
    at := at + 2 + wide;
    IF element = 1 AND at + size <> length(p_der) THEN RETURN false; END IF;
  END LOOP;
  RETURN get_byte(p_der, at + size) IN (3, 48);
EXCEPTION WHEN array_subscript_error THEN
  RETURN false;
END $$;

CREATE OR REPLACE FUNCTION issuer_key_is_public() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT public.der_is_public(NEW.public_der) OR to_jsonb(NEW)::text ~ 'PRIVATE KEY' THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'only public keys and certificates are kept here';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER issuer_key_is_public BEFORE INSERT ON issuer_key FOR EACH ROW EXECUTE FUNCTION issuer_key_is_public();

CREATE OR REPLACE FUNCTION issuer_key_goes_on() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.version <> 1 + (SELECT count(*) FROM public.issuer_key WHERE key_id = NEW.key_id) OR EXISTS (
    SELECT FROM public.issuer_key known WHERE known.key_id = NEW.key_id AND known.version = NEW.version - 1 AND NOT (
      (known.purpose, known.algorithm, known.used_from) = (NEW.purpose, NEW.algorithm, NEW.used_from)
      AND position(known.public_der IN NEW.public_der) > 0
      AND (known.used_until IS NULL OR known.used_until IS NOT DISTINCT FROM NEW.used_until)
      AND (known.revoked_at IS NULL OR known.revoked_at IS NOT DISTINCT FROM NEW.revoked_at)
      AND (known.compromised_since IS NULL OR coalesce(NEW.compromised_since <= known.compromised_since, false))
    )
  ) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('key %s stays what it is: it is used, put aside and revoked once', NEW.key_id);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER issuer_key_goes_on BEFORE INSERT ON issuer_key FOR EACH ROW EXECUTE FUNCTION issuer_key_goes_on();

CREATE FUNCTION items_with_words(p_words bigint[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT item_id FROM item_text WHERE words @> p_words
    AND organisation_id = nullif(current_setting('app.organisation', true), '')::uuid
$$;

ALTER FUNCTION items_with_words(bigint[]) OWNER TO kaoping_definer;

REVOKE ALL ON FUNCTION items_with_words(bigint[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION items_with_words(bigint[]) TO kaoping_app;

CREATE FUNCTION items_with_bands(p_bands bigint[], p_most int) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT item_id FROM item_text WHERE bands && p_bands
    AND organisation_id = nullif(current_setting('app.organisation', true), '')::uuid
  ORDER BY (SELECT count(*) FROM unnest(bands) AS band WHERE band = ANY (p_bands)) DESC, item_id LIMIT p_most
$$;

ALTER FUNCTION items_with_bands(bigint[], int) OWNER TO kaoping_definer;

REVOKE ALL ON FUNCTION items_with_bands(bigint[], int) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION items_with_bands(bigint[], int) TO kaoping_app;

CREATE FUNCTION items_in_bands(p_bands bigint[], p_most int) RETURNS TABLE (item_id uuid, bands bigint[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT held.item_id, held.bands FROM item_text AS held WHERE held.bands && p_bands
    AND held.organisation_id = nullif(current_setting('app.organisation', true), '')::uuid LIMIT p_most
$$;

ALTER FUNCTION items_in_bands(bigint[], int) OWNER TO kaoping_definer;

REVOKE ALL ON FUNCTION items_in_bands(bigint[], int) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION items_in_bands(bigint[], int) TO kaoping_app;

CREATE FUNCTION enemy_set_is_dissolved_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.dissolved_at IS NOT NULL
    OR to_jsonb(NEW) - 'dissolved_at' - 'dissolved_by' <> to_jsonb(OLD) - 'dissolved_at' - 'dissolved_by'
  THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a set of enemies is dissolved once and never edited';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER enemy_set_is_dissolved_once BEFORE UPDATE OR DELETE ON enemy_set
FOR EACH ROW EXECUTE FUNCTION enemy_set_is_dissolved_once();

CREATE OR REPLACE FUNCTION leak_is_decided_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF (TG_OP = 'DELETE' OR OLD.state <> 'reported' OR NEW.state = 'reported' OR (to_jsonb(OLD) - ARRAY['state', 'decided_by', 'decided_at', 'reason_sealed']) <> (to_jsonb(NEW) - ARRAY['state', 'decided_by', 'decided_at', 'reason_sealed'])) AND NOT (TG_OP = 'UPDATE' AND public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW))) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('leak report %s is decided once and never changes', OLD.number);
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER leak_is_decided_once BEFORE UPDATE OR DELETE ON leak_report FOR EACH ROW EXECUTE FUNCTION leak_is_decided_once();

CREATE OR REPLACE FUNCTION leak_is_reported_first() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.state <> 'reported' THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a leak is reported before it is decided on';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER leak_is_reported_first BEFORE INSERT ON leak_report FOR EACH ROW EXECUTE FUNCTION leak_is_reported_first();

CREATE OR REPLACE FUNCTION leak_names_its_items() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.leak_report WHERE id = NEW.report_id AND state = 'reported') THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a leak report that is decided names no more items';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER leak_names_its_items BEFORE INSERT ON leaked_item FOR EACH ROW EXECUTE FUNCTION leak_names_its_items();

CREATE OR REPLACE FUNCTION item_is_not_leaked() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.leaked_item JOIN public.leak_report ON leak_report.id = report_id WHERE item_id = NEW.id AND leak_report.state <> 'dismissed') THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('item %s is named in a leak report (item_is_not_leaked)', NEW.code);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER item_is_not_leaked BEFORE UPDATE OF state ON item FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state AND NEW.state IN ('trial', 'approved', 'in_use')) EXECUTE FUNCTION item_is_not_leaked();

CREATE OR REPLACE FUNCTION export_goes_on() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF (TG_OP = 'DELETE' OR NOT (OLD.state = 'requested' AND NEW.state IN ('approved', 'refused') AND to_jsonb(OLD) - ARRAY['state', 'decided_by', 'decided_at', 'reason_sealed', 'until'] = to_jsonb(NEW) - ARRAY['state', 'decided_by', 'decided_at', 'reason_sealed', 'until'] OR OLD.state = 'approved' AND NEW.state = 'fetched' AND to_jsonb(OLD) - ARRAY['state', 'fetched_at', 'digest', 'trace_id'] = to_jsonb(NEW) - ARRAY['state', 'fetched_at', 'digest', 'trace_id'])) AND NOT (TG_OP = 'UPDATE' AND public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW))) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('export %s is decided once, fetched once, and never changes otherwise', OLD.number);
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER export_goes_on BEFORE UPDATE OR DELETE ON export_request FOR EACH ROW EXECUTE FUNCTION export_goes_on();

CREATE OR REPLACE FUNCTION export_is_requested_first() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.state <> 'requested' THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'an export is requested before it is decided';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER export_is_requested_first BEFORE INSERT ON export_request FOR EACH ROW EXECUTE FUNCTION export_is_requested_first();

CREATE OR REPLACE FUNCTION export_names_its_items() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.export_request WHERE id = NEW.request_id AND state = 'requested') THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'an export that is decided names no more items';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER export_names_its_items BEFORE INSERT ON exported_item FOR EACH ROW EXECUTE FUNCTION export_names_its_items();

CREATE FUNCTION find_practice_set(p_key text, OUT organisation uuid, OUT practice_set uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT organisation_id, id FROM practice_set WHERE key = p_key AND closed_at IS NULL
$$;

ALTER FUNCTION find_practice_set(text) OWNER TO kaoping_definer;

REVOKE ALL ON FUNCTION find_practice_set(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION find_practice_set(text) TO kaoping_app;

CREATE FUNCTION papers_to_be_sat(p_items uuid[]) RETURNS SETOF text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT paper.code FROM slot JOIN paper ON paper.id = slot.paper_id
  WHERE slot.item_id = ANY (p_items) AND (
    paper.state = 'assembled'
    OR paper.state = 'sealed' AND NOT EXISTS (SELECT FROM exam_paper WHERE paper_id = paper.id)
    OR paper.state = 'sealed' AND EXISTS (
      SELECT FROM exam_paper JOIN exam ON exam.id = exam_id WHERE paper_id = paper.id AND exam.state <> 'closed'
    )
  )
$$;

CREATE OR REPLACE FUNCTION practice_stays_public() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.use = 'practice' THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('item %s is public and never becomes secure again (practice_stays_public)', NEW.code);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER item_use_1 BEFORE UPDATE OF use ON item FOR EACH ROW WHEN (OLD.use IS DISTINCT FROM NEW.use) EXECUTE FUNCTION practice_stays_public();

CREATE OR REPLACE FUNCTION practice_is_released() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.released_item JOIN public.practice_release ON practice_release.id = release_id WHERE item_id = NEW.id AND practice_release.state = 'released') THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('item %s: two persons release it to practice (practice_is_released)', NEW.code);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER item_use_2 BEFORE UPDATE OF use ON item FOR EACH ROW WHEN (OLD.use IS DISTINCT FROM NEW.use) EXECUTE FUNCTION practice_is_released();

CREATE OR REPLACE FUNCTION practice_is_own() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.taken_item WHERE item_id = NEW.id) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('item %s is a copy of another organisation (practice_is_own)', NEW.code);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER item_use_0 BEFORE UPDATE OF use ON item FOR EACH ROW WHEN (OLD.use IS DISTINCT FROM NEW.use) EXECUTE FUNCTION practice_is_own();

CREATE OR REPLACE FUNCTION practice_was_sat() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.papers_to_be_sat(ARRAY[NEW.id])) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('item %s stands in a paper that may still be sat (practice_was_sat)', NEW.code);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER item_use_3 BEFORE UPDATE OF use ON item FOR EACH ROW WHEN (OLD.use IS DISTINCT FROM NEW.use) EXECUTE FUNCTION practice_was_sat();

CREATE OR REPLACE FUNCTION item_enters_its_pool() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.use <> coalesce((SELECT use FROM public.item WHERE id = NEW.carried_from_id), 'secure') THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('item %s enters the pool of its origin, else the secure one (item_enters_its_pool)', NEW.code);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER item_enters_its_pool BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION item_enters_its_pool();

CREATE OR REPLACE FUNCTION paper_is_secure() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.slot JOIN public.item ON item.id = slot.item_id WHERE slot.paper_id = NEW.id AND item.use = 'practice') THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('paper %s holds an item of the practice pool (paper_is_secure)', NEW.code);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER paper_is_secure BEFORE UPDATE OF state ON paper FOR EACH ROW WHEN (NEW.state = 'sealed') EXECUTE FUNCTION paper_is_secure();

CREATE OR REPLACE FUNCTION release_is_decided_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF (TG_OP = 'DELETE' OR OLD.state <> 'proposed' OR NEW.state = 'proposed' OR (to_jsonb(OLD) - ARRAY['state', 'decided_by', 'decided_at', 'refusal_sealed']) <> (to_jsonb(NEW) - ARRAY['state', 'decided_by', 'decided_at', 'refusal_sealed'])) AND NOT (TG_OP = 'UPDATE' AND public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW))) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('release %s is decided once and never changes', OLD.number);
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER release_is_decided_once BEFORE UPDATE OR DELETE ON practice_release FOR EACH ROW EXECUTE FUNCTION release_is_decided_once();

CREATE OR REPLACE FUNCTION release_is_proposed_first() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.state <> 'proposed' THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a release is proposed before it is decided on';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER release_is_proposed_first BEFORE INSERT ON practice_release FOR EACH ROW EXECUTE FUNCTION release_is_proposed_first();

CREATE OR REPLACE FUNCTION release_names_its_items() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.practice_release WHERE id = NEW.release_id AND state = 'proposed') THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a release that is decided names no more items';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER release_names_its_items BEFORE INSERT ON released_item FOR EACH ROW EXECUTE FUNCTION release_names_its_items();

CREATE OR REPLACE FUNCTION practice_set_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL OR (to_jsonb(OLD) - ARRAY['closed_by', 'closed_at']) <> (to_jsonb(NEW) - ARRAY['closed_by', 'closed_at']) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a practice set is published, then closed for good';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER practice_set_stands BEFORE UPDATE OR DELETE ON practice_set FOR EACH ROW EXECUTE FUNCTION practice_set_stands();

CREATE OR REPLACE FUNCTION practice_draws_from_practice() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.item WHERE id = NEW.item_id AND use = 'practice') THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a practice set takes items of the practice pool alone (practice_draws_from_practice)';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER practice_draws_from_practice BEFORE INSERT ON practice_entry FOR EACH ROW EXECUTE FUNCTION practice_draws_from_practice();

CREATE OR REPLACE FUNCTION twin_is_of_fixed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.revision WHERE id = NEW.revision_id AND submitted_at IS NOT NULL) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a twin translates a revision that was handed in (twin_is_of_fixed)';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER twin_is_of_fixed BEFORE INSERT OR UPDATE OF revision_id ON item_twin FOR EACH ROW EXECUTE FUNCTION twin_is_of_fixed();

CREATE TRIGGER twin_submitted BEFORE UPDATE OR DELETE ON item_twin FOR EACH ROW WHEN (OLD.submitted_at IS NOT NULL) EXECUTE FUNCTION refuse_submitted_revision();

CREATE OR REPLACE FUNCTION twin_review_is_independent() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (
    SELECT FROM public.item_twin mine JOIN public.item_twin decided USING (item_id)
    WHERE decided.id = NEW.twin_id AND (mine.translator_id = NEW.reviewer_id OR decided.submitted_at IS NULL)
  ) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a twin that was handed in is decided on by another person (twin_review_is_independent)';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER twin_review_is_independent BEFORE INSERT ON item_twin_review FOR EACH ROW EXECUTE FUNCTION twin_review_is_independent();

CREATE FUNCTION shared_items(
  p_grant uuid, p_text text, p_limit int, p_offset int, OUT item_id uuid, OUT code text, OUT type text,
  OUT ai_assisted boolean, OUT point text, OUT point_name text, OUT point_name_en text, OUT total bigint
) RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT item.id, item.code, item.type, item.ai_assisted, point.code, point.name, point.name_en, count(*) OVER ()
  FROM item_grant, item JOIN point ON point.id = item.point_id
  WHERE item_grant.id = p_grant AND item_grant.grantee_id = nullif(current_setting('app.organisation', true), '')::uuid AND item_grant.accepted AND item_grant.ended_at IS NULL
    AND (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date BETWEEN item_grant.since AND item_grant.until
    AND item.organisation_id = item_grant.organisation_id AND item.level_id = item_grant.level_id
    AND item.use = 'secure' AND item.state IN ('approved', 'in_use')
    AND (item_grant.range_id IS NULL OR point.range_id = item_grant.range_id)
    AND (NOT item_grant.selected OR EXISTS (
      SELECT FROM granted_item WHERE granted_item.grant_id = item_grant.id AND granted_item.item_id = item.id))
    AND NOT EXISTS (SELECT FROM taken_item WHERE taken_item.item_id = item.id)
    AND (p_text = '' OR position(
      lower(p_text) IN lower(concat_ws(' ', item.code, point.code, point.name, point.name_en))) > 0)
  ORDER BY item.code LIMIT p_limit OFFSET p_offset
$$;

ALTER FUNCTION shared_items(uuid, text, int, int) OWNER TO kaoping_definer;

REVOKE ALL ON FUNCTION shared_items(uuid, text, int, int) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION shared_items(uuid, text, int, int) TO kaoping_app;

CREATE FUNCTION read_shared_item(
  p_grant uuid, p_item uuid, p_viewer uuid, p_trace text, p_reading text, OUT item_id uuid, OUT code text,
  OUT type text, OUT ai_assisted boolean, OUT point text, OUT point_name text, OUT point_name_en text,
  OUT revision_id uuid, OUT number int, OUT body_sealed bytea,
  OUT source_standard text, OUT source_edition text, OUT source_clause text,
  OUT difficulty int, OUT consistency int, OUT content_hash bytea
) RETURNS SETOF record LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH held AS (
    SELECT item_grant.organisation_id AS owner, item_grant.takes, item.*, point.code AS point, point.name AS point_name,
      point.name_en AS point_name_en
    FROM item_grant, item JOIN point ON point.id = item.point_id
    WHERE item_grant.id = p_grant AND item_grant.grantee_id = nullif(current_setting('app.organisation', true), '')::uuid AND item_grant.accepted AND item_grant.ended_at IS NULL
    AND (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date BETWEEN item_grant.since AND item_grant.until
    AND item.organisation_id = item_grant.organisation_id AND item.level_id = item_grant.level_id
    AND item.use = 'secure' AND item.state IN ('approved', 'in_use')
    AND (item_grant.range_id IS NULL OR point.range_id = item_grant.range_id)
    AND (NOT item_grant.selected OR EXISTS (
      SELECT FROM granted_item WHERE granted_item.grant_id = item_grant.id AND granted_item.item_id = item.id))
    AND NOT EXISTS (SELECT FROM taken_item WHERE taken_item.item_id = item.id)
    AND item.id = p_item AND (p_reading = 'seen' OR item_grant.takes)
  ), entered AS (
    INSERT INTO shared_view (id, organisation_id, grant_id, item_id, viewer_id, reading, trace, day, at)
    SELECT gen_random_uuid(), owner, p_grant, id, p_viewer, p_reading, p_trace, (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date, clock_timestamp() FROM held
    ON CONFLICT DO NOTHING
  )
  SELECT held.id, held.code, held.type, held.ai_assisted, held.point, held.point_name, held.point_name_en, revision.id,
    revision.number, revision.body_sealed, revision.source_standard, revision.source_edition, revision.source_clause,
    revision.difficulty, revision.consistency, revision.content_hash
  FROM held JOIN revision ON revision.item_id = held.id AND revision.submitted_at IS NOT NULL
  ORDER BY revision.number DESC LIMIT 1
$$;

ALTER FUNCTION read_shared_item(uuid, uuid, uuid, text, text) OWNER TO kaoping_definer;

REVOKE ALL ON FUNCTION read_shared_item(uuid, uuid, uuid, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION read_shared_item(uuid, uuid, uuid, text, text) TO kaoping_app;

CREATE FUNCTION read_shared_pictures(
  p_grant uuid, p_item uuid, p_viewer uuid, OUT id uuid, OUT media_type text, OUT width int, OUT height int,
  OUT alternative text, OUT content_sealed bytea
) RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT picture.id, picture.media_type, picture.width, picture.height, picture.alternative, picture.content_sealed
  FROM item_grant, item JOIN point ON point.id = item.point_id JOIN picture ON picture.item_id = item.id
  WHERE item_grant.id = p_grant AND item_grant.grantee_id = nullif(current_setting('app.organisation', true), '')::uuid AND item_grant.accepted AND item_grant.ended_at IS NULL
    AND (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date BETWEEN item_grant.since AND item_grant.until
    AND item.organisation_id = item_grant.organisation_id AND item.level_id = item_grant.level_id
    AND item.use = 'secure' AND item.state IN ('approved', 'in_use')
    AND (item_grant.range_id IS NULL OR point.range_id = item_grant.range_id)
    AND (NOT item_grant.selected OR EXISTS (
      SELECT FROM granted_item WHERE granted_item.grant_id = item_grant.id AND granted_item.item_id = item.id))
    AND NOT EXISTS (SELECT FROM taken_item WHERE taken_item.item_id = item.id)
    AND item.id = p_item AND EXISTS (
      SELECT FROM shared_view WHERE shared_view.grant_id = p_grant AND shared_view.item_id = p_item
        AND shared_view.viewer_id = p_viewer AND shared_view.day = (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date)
  ORDER BY picture.created_at
$$;

ALTER FUNCTION read_shared_pictures(uuid, uuid, uuid) OWNER TO kaoping_definer;

REVOKE ALL ON FUNCTION read_shared_pictures(uuid, uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION read_shared_pictures(uuid, uuid, uuid) TO kaoping_app;

CREATE POLICY item_grant_grantee_reads ON item_grant FOR SELECT USING (grantee_id = nullif(current_setting('app.organisation', true), '')::uuid AND offered_at IS NOT NULL);

CREATE POLICY item_grant_grantee_answers ON item_grant FOR UPDATE USING (grantee_id = nullif(current_setting('app.organisation', true), '')::uuid AND offered_at IS NOT NULL) WITH CHECK (grantee_id = nullif(current_setting('app.organisation', true), '')::uuid AND offered_at IS NOT NULL);

CREATE OR REPLACE FUNCTION grant_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR (to_jsonb(OLD) - ARRAY['offered_by', 'offered_at', 'answered_by', 'answered_at', 'accepted', 'ended_by', 'ended_at']) <> (to_jsonb(NEW) - ARRAY['offered_by', 'offered_at', 'answered_by', 'answered_at', 'accepted', 'ended_by', 'ended_at'])
    OR OLD.offered_at IS NOT NULL AND (OLD.offered_by, OLD.offered_at) IS DISTINCT FROM (NEW.offered_by, NEW.offered_at)
    OR OLD.answered_at IS NOT NULL AND (OLD.answered_by, OLD.answered_at, OLD.accepted) IS DISTINCT FROM (NEW.answered_by, NEW.answered_at, NEW.accepted)
    OR (OLD.answered_by, OLD.answered_at, OLD.accepted) IS DISTINCT FROM (NEW.answered_by, NEW.answered_at, NEW.accepted)
      AND (NEW.grantee_id IS DISTINCT FROM nullif(current_setting('app.organisation', true), '')::uuid OR OLD.offered_at IS NULL)
    OR (OLD.offered_by, OLD.offered_at, OLD.ended_by, OLD.ended_at) IS DISTINCT FROM (NEW.offered_by, NEW.offered_at, NEW.ended_by, NEW.ended_at)
      AND NEW.organisation_id IS DISTINCT FROM nullif(current_setting('app.organisation', true), '')::uuid THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('grant %s: its terms stand, and each side takes its own steps (grant_stands)', OLD.number);
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER grant_stands BEFORE UPDATE OR DELETE ON item_grant FOR EACH ROW EXECUTE FUNCTION grant_stands();

CREATE OR REPLACE FUNCTION grant_is_proposed_first() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF coalesce(NEW.offered_at, NEW.answered_at, NEW.ended_at) IS NOT NULL THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a grant is proposed before it is offered, answered or ended';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER grant_is_proposed_first BEFORE INSERT ON item_grant FOR EACH ROW EXECUTE FUNCTION grant_is_proposed_first();

CREATE OR REPLACE FUNCTION grant_names_its_items() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.item_grant WHERE item_grant.id = NEW.grant_id AND offered_at IS NULL) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a grant that was offered names no more items';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER grant_names_its_items BEFORE INSERT ON granted_item FOR EACH ROW EXECUTE FUNCTION grant_names_its_items();

CREATE OR REPLACE FUNCTION copy_is_granted() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.item_grant WHERE item_grant.id = NEW.grant_id AND accepted AND takes AND ended_at IS NULL AND (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date BETWEEN since AND until AND grantee_id = NEW.organisation_id AND item_grant.organisation_id = NEW.owner_id) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a copy is taken over under an open grant alone (copy_is_granted)';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER copy_is_granted BEFORE INSERT ON taken_item FOR EACH ROW EXECUTE FUNCTION copy_is_granted();

CREATE OR REPLACE FUNCTION paper_is_granted() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM public.slot JOIN public.taken_item ON taken_item.item_id = slot.item_id JOIN public.item_grant ON item_grant.id = taken_item.grant_id WHERE slot.paper_id = NEW.id AND NOT item_grant.keeps AND (item_grant.ended_at IS NOT NULL OR item_grant.until < (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date)) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('paper %s holds a copy whose grant is over (paper_is_granted)', NEW.code);
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER paper_is_granted BEFORE UPDATE OF state ON paper FOR EACH ROW WHEN (NEW.state = 'sealed') EXECUTE FUNCTION paper_is_granted();

CREATE OR REPLACE FUNCTION assignment_stands() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF (TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL OR NEW.due_on < OLD.due_on OR (to_jsonb(OLD) - ARRAY['due_on', 'withdrawn_at']) <> (to_jsonb(NEW) - ARRAY['due_on', 'withdrawn_at'])) AND NOT (TG_OP = 'UPDATE' AND public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW))) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('assignment %s is put off or withdrawn, never changed (assignment_stands)', OLD.number);
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER assignment_stands BEFORE UPDATE OR DELETE ON assignment FOR EACH ROW EXECUTE FUNCTION assignment_stands();

CREATE OR REPLACE FUNCTION assigned_item_fits() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.assignment_line line JOIN public.assignment ON assignment.id = line.assignment_id JOIN public.item ON item.id = NEW.item_id WHERE line.id = NEW.line_id AND assignment.withdrawn_at IS NULL AND item.author_id = assignment.writer_id AND item.point_id = line.point_id AND item.level_id = assignment.level_id) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'an item counts on the point and level of its line, if its writer was asked for it (assigned_item_fits)';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER assigned_item_fits BEFORE INSERT ON assigned_item FOR EACH ROW EXECUTE FUNCTION assigned_item_fits();

CREATE POLICY item_reader ON item AS RESTRICTIVE FOR SELECT USING ((SELECT nullif(current_setting('app.reader', true), '')::uuid) IS NULL OR author_id = (SELECT nullif(current_setting('app.reader', true), '')::uuid) OR id NOT IN (SELECT item_id FROM item_reader) OR id IN (SELECT item_id FROM item_reader WHERE person_id = (SELECT nullif(current_setting('app.reader', true), '')::uuid)));

CREATE POLICY revision_reader ON revision AS RESTRICTIVE FOR SELECT USING ((SELECT nullif(current_setting('app.reader', true), '')::uuid) IS NULL OR author_id = (SELECT nullif(current_setting('app.reader', true), '')::uuid) OR item_id NOT IN (SELECT item_id FROM item_reader) OR item_id IN (SELECT item_id FROM item_reader WHERE person_id = (SELECT nullif(current_setting('app.reader', true), '')::uuid)));

CREATE POLICY picture_reader ON picture AS RESTRICTIVE FOR SELECT USING (item_id IN (SELECT id FROM item));

CREATE OR REPLACE FUNCTION archive_needs_a_sealed_paper() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.paper WHERE id = NEW.paper_id AND state = 'sealed') OR jsonb_array_length(NEW.roles) <> 3 THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a sealed paper is archived for three roles';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER archive_needs_a_sealed_paper BEFORE INSERT ON paper_archive FOR EACH ROW EXECUTE FUNCTION archive_needs_a_sealed_paper();

CREATE OR REPLACE FUNCTION opening_needs_three() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF (TG_OP = 'DELETE' OR NOT (OLD.opened_at IS NULL AND OLD.refused_at IS NULL AND NEW.opened_at IS NOT NULL AND to_jsonb(OLD) - ARRAY['opened_at', 'open_until', 'key_sealed'] = to_jsonb(NEW) - ARRAY['opened_at', 'open_until', 'key_sealed'] AND (SELECT count(*) = 3 AND count(DISTINCT person_id) = 3 AND bool_and(archive.roles ? consent.role) FROM public.archive_consent consent, public.paper_archive archive WHERE consent.opening_id = NEW.id AND archive.id = NEW.archive_id) OR OLD.opened_at IS NULL AND OLD.refused_at IS NULL AND NEW.refused_at IS NOT NULL AND to_jsonb(OLD) - ARRAY['refused_by', 'refused_at', 'reason_sealed'] = to_jsonb(NEW) - ARRAY['refused_by', 'refused_at', 'reason_sealed'] OR OLD.opened_at IS NOT NULL AND NEW.key_sealed IS NULL AND to_jsonb(OLD) - ARRAY['key_sealed'] = to_jsonb(NEW) - ARRAY['key_sealed'])) AND NOT (TG_OP = 'UPDATE' AND public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW))) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'an archived paper opens once three different officers have consented (opening_needs_three)';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER opening_needs_three BEFORE UPDATE OR DELETE ON archive_opening FOR EACH ROW EXECUTE FUNCTION opening_needs_three();

CREATE OR REPLACE FUNCTION opening_is_asked_first() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.opened_at IS NOT NULL OR NEW.refused_at IS NOT NULL THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'an opening is asked for before it is given';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER opening_is_asked_first BEFORE INSERT ON archive_opening FOR EACH ROW EXECUTE FUNCTION opening_is_asked_first();

CREATE OR REPLACE FUNCTION consent_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF (TG_OP = 'DELETE' OR NOT (NEW.share_sealed IS NULL AND to_jsonb(OLD) - ARRAY['share_sealed'] = to_jsonb(NEW) - ARRAY['share_sealed'])) AND NOT (TG_OP = 'UPDATE' AND public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW))) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a consent stays; only its share is destroyed';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER consent_stays BEFORE UPDATE OR DELETE ON archive_consent FOR EACH ROW EXECUTE FUNCTION consent_stays();

CREATE OR REPLACE FUNCTION consent_to_a_waiting_opening() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.archive_opening JOIN public.archive_holder holder ON holder.account_id = NEW.person_id AND holder.role = NEW.role WHERE archive_opening.id = NEW.opening_id AND opened_at IS NULL AND refused_at IS NULL) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'an officer consents for the own role, while the opening waits';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER consent_to_a_waiting_opening BEFORE INSERT ON archive_consent FOR EACH ROW EXECUTE FUNCTION consent_to_a_waiting_opening();

CREATE OR REPLACE FUNCTION printing_is_logged_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NOT public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW)) AND (to_jsonb(OLD) - ARRAY['sha256', 'spoiled_at', 'spoiled_by', 'spoiled_reason'] <> to_jsonb(NEW) - ARRAY['sha256', 'spoiled_at', 'spoiled_by', 'spoiled_reason'] OR OLD.sha256 IS NOT NULL AND NEW.sha256 IS DISTINCT FROM OLD.sha256 OR OLD.spoiled_at IS NOT NULL AND NEW.spoiled_at IS DISTINCT FROM OLD.spoiled_at OR OLD.spoiled_by IS NOT NULL AND NEW.spoiled_by IS DISTINCT FROM OLD.spoiled_by OR OLD.spoiled_reason IS NOT NULL AND NEW.spoiled_reason IS DISTINCT FROM OLD.spoiled_reason) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('sheet %s is logged: it is drawn once, spoiled once, and never changes otherwise', OLD.serial);
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER printing_is_logged_once BEFORE UPDATE OR DELETE ON certificate_printing FOR EACH ROW EXECUTE FUNCTION printing_is_logged_once();

CREATE OR REPLACE FUNCTION line_is_settled() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state = 'issued' AND to_jsonb(OLD) - 'undrawn' <> to_jsonb(NEW) - 'undrawn' THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a line of a batch that became a certificate stays so';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER line_is_settled BEFORE UPDATE OR DELETE ON certificate_batch_line FOR EACH ROW EXECUTE FUNCTION line_is_settled();

CREATE OR REPLACE FUNCTION layout_is_fixed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.state <> 'draft' OR TG_OP = 'UPDATE' AND (OLD.state = 'withdrawn' OR OLD.state = 'approved' AND NEW.state <> 'withdrawn' OR OLD.state <> 'draft' AND (to_jsonb(OLD) - ARRAY['state', 'remark', 'submitted_by', 'submitted_at', 'approved_by', 'approved_at', 'withdrawn_by', 'withdrawn_at']) <> (to_jsonb(NEW) - ARRAY['state', 'remark', 'submitted_by', 'submitted_at', 'approved_by', 'approved_at', 'withdrawn_by', 'withdrawn_at']) OR OLD.state = 'approved' AND (OLD.approved_by, OLD.approved_at, OLD.submitted_by, OLD.submitted_at) IS DISTINCT FROM (NEW.approved_by, NEW.approved_at, NEW.submitted_by, NEW.submitted_at) OR OLD.state = 'draft' AND NEW.state NOT IN ('draft', 'submitted')) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('layout %s is %s and never changes', OLD.number, OLD.state);
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER layout_is_fixed BEFORE UPDATE OR DELETE ON certificate_layout FOR EACH ROW EXECUTE FUNCTION layout_is_fixed();

CREATE OR REPLACE FUNCTION layout_begins_as_draft() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.state <> 'draft' THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a layout begins as a draft';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER layout_begins_as_draft BEFORE INSERT ON certificate_layout FOR EACH ROW EXECUTE FUNCTION layout_begins_as_draft();

CREATE OR REPLACE FUNCTION upload_goes_on() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NOT (OLD.state = 'requested' AND NEW.state IN ('approved', 'refused') AND to_jsonb(OLD) - ARRAY['state', 'decided_by', 'decided_at', 'reason', 'until'] = to_jsonb(NEW) - ARRAY['state', 'decided_by', 'decided_at', 'reason', 'until'] OR OLD.state = 'approved' AND NEW.state = 'fetched' AND to_jsonb(OLD) - ARRAY['state', 'fetched_at', 'digest'] = to_jsonb(NEW) - ARRAY['state', 'fetched_at', 'digest']) THEN
    RAISE integrity_constraint_violation USING MESSAGE = format('upload %s is decided once, fetched once, and never changes otherwise', OLD.number);
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER upload_goes_on BEFORE UPDATE OR DELETE ON national_upload FOR EACH ROW EXECUTE FUNCTION upload_goes_on();

CREATE OR REPLACE FUNCTION upload_is_requested_first() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.state <> 'requested' THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'an upload is requested before it is decided';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER upload_is_requested_first BEFORE INSERT ON national_upload FOR EACH ROW EXECUTE FUNCTION upload_is_requested_first();

CREATE OR REPLACE FUNCTION upload_names_its_certificates() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.national_upload WHERE id = NEW.upload_id AND state = 'requested') THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'an upload that is decided names no more certificates';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER upload_names_its_certificates BEFORE INSERT ON uploaded_certificate FOR EACH ROW EXECUTE FUNCTION upload_names_its_certificates();

CREATE OR REPLACE FUNCTION upload_is_answered_once_fetched() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.national_upload WHERE id = NEW.upload_id AND state = 'fetched') THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'nobody answers a file that was not fetched';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER upload_is_answered_once_fetched BEFORE INSERT ON upload_receipt FOR EACH ROW EXECUTE FUNCTION upload_is_answered_once_fetched();

CREATE FUNCTION find_share_link(
  p_fingerprint bytea, OUT organisation uuid, OUT certificate uuid, OUT extent text, OUT until timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT organisation_id, certificate_id, extent, until FROM share_link
  WHERE fingerprint = p_fingerprint AND ended_at IS NULL
$$;

ALTER FUNCTION find_share_link(bytea) OWNER TO kaoping_definer;

REVOKE ALL ON FUNCTION find_share_link(bytea) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION find_share_link(bytea) TO kaoping_app;

CREATE OR REPLACE FUNCTION share_link_only_ends() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR to_jsonb(OLD) - 'ended_at' <> to_jsonb(NEW) - 'ended_at' THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a link to a certificate ends once and changes in no other way';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER share_link_only_ends BEFORE UPDATE OR DELETE ON share_link FOR EACH ROW EXECUTE FUNCTION share_link_only_ends();

CREATE OR REPLACE FUNCTION answered_request_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NOT public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW)) AND (OLD.state <> 'waiting' OR NEW.reason_sealed <> OLD.reason_sealed OR NEW.evidence_sealed IS DISTINCT FROM OLD.evidence_sealed OR NEW.answered_by = OLD.asked_by) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a request is answered once, by another person than its holder, and its words stay';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER answered_request_stays BEFORE UPDATE OR DELETE ON certificate_request FOR EACH ROW EXECUTE FUNCTION answered_request_stays();

GRANT USAGE ON SCHEMA public TO kaoping_app, kaoping_backup;

GRANT USAGE, CREATE ON SCHEMA public TO kaoping_definer;

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog SET bytea_output = 'hex' AS $$
BEGIN
  IF TG_LEVEL = 'ROW' THEN
    IF public.only_resealed(TG_RELID, to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;
  END IF;
  RAISE integrity_constraint_violation USING MESSAGE = format('rows of %s are appended, never changed', TG_TABLE_NAME);
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON account TO kaoping_app;

GRANT SELECT ON account TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON account TO kaoping_definer;

GRANT SELECT, INSERT ON achievement TO kaoping_app;

GRANT SELECT ON achievement TO kaoping_backup;

GRANT SELECT, INSERT ON achievement TO kaoping_definer;

GRANT SELECT, INSERT ON answer_file TO kaoping_app;

GRANT SELECT ON answer_file TO kaoping_backup;

GRANT SELECT, INSERT ON answer_file TO kaoping_definer;

GRANT SELECT, INSERT ON answer_mark TO kaoping_app;

GRANT SELECT ON answer_mark TO kaoping_backup;

GRANT SELECT, INSERT ON answer_mark TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON application TO kaoping_app;

GRANT SELECT ON application TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON application TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON archive_consent TO kaoping_app;

GRANT SELECT ON archive_consent TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON archive_consent TO kaoping_definer;

GRANT SELECT, INSERT ON archive_holder TO kaoping_app;

GRANT SELECT ON archive_holder TO kaoping_backup;

GRANT SELECT, INSERT ON archive_holder TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON archive_opening TO kaoping_app;

GRANT SELECT ON archive_opening TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON archive_opening TO kaoping_definer;

GRANT SELECT, INSERT ON archive_share TO kaoping_app;

GRANT SELECT ON archive_share TO kaoping_backup;

GRANT SELECT, INSERT ON archive_share TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON assembly_run TO kaoping_app;

GRANT SELECT ON assembly_run TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON assembly_run TO kaoping_definer;

GRANT SELECT, INSERT ON assigned_item TO kaoping_app;

GRANT SELECT ON assigned_item TO kaoping_backup;

GRANT SELECT, INSERT ON assigned_item TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON assignment TO kaoping_app;

GRANT SELECT ON assignment TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON assignment TO kaoping_definer;

GRANT SELECT, INSERT ON assignment_line TO kaoping_app;

GRANT SELECT ON assignment_line TO kaoping_backup;

GRANT SELECT, INSERT ON assignment_line TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON attempt_counter TO kaoping_app;

GRANT SELECT ON attempt_counter TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON attempt_counter TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON attention TO kaoping_app;

GRANT SELECT ON attention TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON attention TO kaoping_definer;

GRANT SELECT, INSERT ON attention_limits TO kaoping_app;

GRANT SELECT ON attention_limits TO kaoping_backup;

GRANT SELECT, INSERT ON attention_limits TO kaoping_definer;

GRANT SELECT, INSERT ON award_ground TO kaoping_app;

GRANT SELECT ON award_ground TO kaoping_backup;

GRANT SELECT, INSERT ON award_ground TO kaoping_definer;

GRANT SELECT, INSERT ON badge TO kaoping_app;

GRANT SELECT ON badge TO kaoping_backup;

GRANT SELECT, INSERT ON badge TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON batch TO kaoping_app;

GRANT SELECT ON batch TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON batch TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON calibration_run TO kaoping_app;

GRANT SELECT ON calibration_run TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON calibration_run TO kaoping_definer;

GRANT SELECT, INSERT ON carry_decision TO kaoping_app;

GRANT SELECT ON carry_decision TO kaoping_backup;

GRANT SELECT, INSERT ON carry_decision TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON carry_over TO kaoping_app;

GRANT SELECT ON carry_over TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON carry_over TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON certificate TO kaoping_app;

GRANT SELECT ON certificate TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON certificate TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON certificate_batch TO kaoping_app;

GRANT SELECT ON certificate_batch TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON certificate_batch TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON certificate_batch_line TO kaoping_app;

GRANT SELECT ON certificate_batch_line TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON certificate_batch_line TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON certificate_file TO kaoping_app;

GRANT SELECT ON certificate_file TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON certificate_file TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON certificate_layout TO kaoping_app;

GRANT SELECT ON certificate_layout TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON certificate_layout TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON certificate_printing TO kaoping_app;

GRANT SELECT ON certificate_printing TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON certificate_printing TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON certificate_proposal TO kaoping_app;

GRANT SELECT ON certificate_proposal TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON certificate_proposal TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON certificate_request TO kaoping_app;

GRANT SELECT ON certificate_request TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON certificate_request TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON citation TO kaoping_app;

GRANT SELECT ON citation TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON citation TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON cited_standard TO kaoping_app;

GRANT SELECT ON cited_standard TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON cited_standard TO kaoping_definer;

GRANT SELECT, INSERT ON cited_standing TO kaoping_app;

GRANT SELECT ON cited_standing TO kaoping_backup;

GRANT SELECT, INSERT ON cited_standing TO kaoping_definer;

GRANT SELECT, INSERT ON comparison_rule TO kaoping_app;

GRANT SELECT ON comparison_rule TO kaoping_backup;

GRANT SELECT, INSERT ON comparison_rule TO kaoping_definer;

GRANT SELECT, INSERT ON consent TO kaoping_app;

GRANT SELECT ON consent TO kaoping_backup;

GRANT SELECT, INSERT ON consent TO kaoping_definer;

GRANT SELECT, INSERT ON decision TO kaoping_app;

GRANT SELECT ON decision TO kaoping_backup;

GRANT SELECT, INSERT ON decision TO kaoping_definer;

GRANT SELECT, INSERT ON differential TO kaoping_app;

GRANT SELECT ON differential TO kaoping_backup;

GRANT SELECT, INSERT ON differential TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON duplicate_pair TO kaoping_app;

GRANT SELECT ON duplicate_pair TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON duplicate_pair TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON duplicate_run TO kaoping_app;

GRANT SELECT ON duplicate_run TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON duplicate_run TO kaoping_definer;

GRANT SELECT, INSERT ON enemy_member TO kaoping_app;

GRANT SELECT ON enemy_member TO kaoping_backup;

GRANT SELECT, INSERT ON enemy_member TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON enemy_set TO kaoping_app;

GRANT SELECT ON enemy_set TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON enemy_set TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON exam TO kaoping_app;

GRANT SELECT ON exam TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON exam TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON exam_paper TO kaoping_app;

GRANT SELECT ON exam_paper TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON exam_paper TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON export_request TO kaoping_app;

GRANT SELECT ON export_request TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON export_request TO kaoping_definer;

GRANT SELECT, INSERT ON exported_item TO kaoping_app;

GRANT SELECT ON exported_item TO kaoping_backup;

GRANT SELECT, INSERT ON exported_item TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON filing TO kaoping_app;

GRANT SELECT ON filing TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON filing TO kaoping_definer;

GRANT SELECT, INSERT ON granted_item TO kaoping_app;

GRANT SELECT ON granted_item TO kaoping_backup;

GRANT SELECT, INSERT ON granted_item TO kaoping_definer;

GRANT SELECT, INSERT ON inquiry TO kaoping_app;

GRANT SELECT ON inquiry TO kaoping_backup;

GRANT SELECT, INSERT ON inquiry TO kaoping_definer;

GRANT SELECT, INSERT ON interest TO kaoping_app;

GRANT SELECT ON interest TO kaoping_backup;

GRANT SELECT, INSERT ON interest TO kaoping_definer;

GRANT SELECT ON issuer_key TO kaoping_app;

GRANT SELECT ON issuer_key TO kaoping_backup;

GRANT SELECT ON issuer_key TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON item TO kaoping_app;

GRANT SELECT ON item TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON item TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON item_draft TO kaoping_app;

GRANT SELECT ON item_draft TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON item_draft TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON item_grant TO kaoping_app;

GRANT SELECT ON item_grant TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON item_grant TO kaoping_definer;

GRANT SELECT, INSERT ON item_move TO kaoping_app;

GRANT SELECT ON item_move TO kaoping_backup;

GRANT SELECT, INSERT ON item_move TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON item_reader TO kaoping_app;

GRANT SELECT ON item_reader TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON item_reader TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON item_text TO kaoping_app;

GRANT SELECT ON item_text TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON item_text TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON item_twin TO kaoping_app;

GRANT SELECT ON item_twin TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON item_twin TO kaoping_definer;

GRANT SELECT, INSERT ON item_twin_review TO kaoping_app;

GRANT SELECT ON item_twin_review TO kaoping_backup;

GRANT SELECT, INSERT ON item_twin_review TO kaoping_definer;

GRANT SELECT, INSERT ON item_view TO kaoping_app;

GRANT SELECT ON item_view TO kaoping_backup;

GRANT SELECT, INSERT ON item_view TO kaoping_definer;

GRANT SELECT, INSERT ON layout_picture TO kaoping_app;

GRANT SELECT ON layout_picture TO kaoping_backup;

GRANT SELECT, INSERT ON layout_picture TO kaoping_definer;

GRANT SELECT, INSERT ON layout_use TO kaoping_app;

GRANT SELECT ON layout_use TO kaoping_backup;

GRANT SELECT, INSERT ON layout_use TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON leak_report TO kaoping_app;

GRANT SELECT ON leak_report TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON leak_report TO kaoping_definer;

GRANT SELECT, INSERT ON leaked_item TO kaoping_app;

GRANT SELECT ON leaked_item TO kaoping_backup;

GRANT SELECT, INSERT ON leaked_item TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON level TO kaoping_app;

GRANT SELECT ON level TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON level TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON marker_place TO kaoping_app;

GRANT SELECT ON marker_place TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON marker_place TO kaoping_definer;

GRANT SELECT, INSERT ON marker_tie TO kaoping_app;

GRANT SELECT ON marker_tie TO kaoping_backup;

GRANT SELECT, INSERT ON marker_tie TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON membership TO kaoping_app;

GRANT SELECT ON membership TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON membership TO kaoping_definer;

GRANT SELECT, INSERT ON national_signature TO kaoping_app;

GRANT SELECT ON national_signature TO kaoping_backup;

GRANT SELECT, INSERT ON national_signature TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON national_upload TO kaoping_app;

GRANT SELECT ON national_upload TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON national_upload TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON number_counter TO kaoping_app;

GRANT SELECT ON number_counter TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON number_counter TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON number_rule TO kaoping_app;

GRANT SELECT ON number_rule TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON number_rule TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON occupation TO kaoping_app;

GRANT SELECT ON occupation TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON occupation TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON organisation TO kaoping_app;

GRANT SELECT ON organisation TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON organisation TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON paper TO kaoping_app;

GRANT SELECT ON paper TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON paper TO kaoping_definer;

GRANT SELECT, INSERT ON paper_archive TO kaoping_app;

GRANT SELECT ON paper_archive TO kaoping_backup;

GRANT SELECT, INSERT ON paper_archive TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON person TO kaoping_app;

GRANT SELECT ON person TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON person TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON picture TO kaoping_app;

GRANT SELECT ON picture TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON picture TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON point TO kaoping_app;

GRANT SELECT ON point TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON point TO kaoping_definer;

GRANT SELECT, INSERT ON practice_entry TO kaoping_app;

GRANT SELECT ON practice_entry TO kaoping_backup;

GRANT SELECT, INSERT ON practice_entry TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON practice_release TO kaoping_app;

GRANT SELECT ON practice_release TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON practice_release TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON practice_set TO kaoping_app;

GRANT SELECT ON practice_set TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON practice_set TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON project_table TO kaoping_app;

GRANT SELECT ON project_table TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON project_table TO kaoping_definer;

GRANT SELECT, INSERT ON project_table_approval TO kaoping_app;

GRANT SELECT ON project_table_approval TO kaoping_backup;

GRANT SELECT, INSERT ON project_table_approval TO kaoping_definer;

GRANT SELECT, INSERT ON project_table_version TO kaoping_app;

GRANT SELECT ON project_table_version TO kaoping_backup;

GRANT SELECT, INSERT ON project_table_version TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON range TO kaoping_app;

GRANT SELECT ON range TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON range TO kaoping_definer;

GRANT SELECT, INSERT ON register_entry TO kaoping_app;

GRANT SELECT ON register_entry TO kaoping_backup;

GRANT SELECT, INSERT ON register_entry TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON register_head TO kaoping_app;

GRANT SELECT ON register_head TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON register_head TO kaoping_definer;

GRANT SELECT, INSERT ON released_item TO kaoping_app;

GRANT SELECT ON released_item TO kaoping_backup;

GRANT SELECT, INSERT ON released_item TO kaoping_definer;

GRANT SELECT, INSERT ON remark TO kaoping_app;

GRANT SELECT ON remark TO kaoping_backup;

GRANT SELECT, INSERT ON remark TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON requirement TO kaoping_app;

GRANT SELECT ON requirement TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON requirement TO kaoping_definer;

GRANT SELECT, INSERT ON review TO kaoping_app;

GRANT SELECT ON review TO kaoping_backup;

GRANT SELECT, INSERT ON review TO kaoping_definer;

GRANT SELECT, INSERT ON review_rule TO kaoping_app;

GRANT SELECT ON review_rule TO kaoping_backup;

GRANT SELECT, INSERT ON review_rule TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON revision TO kaoping_app;

GRANT SELECT ON revision TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON revision TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON revision_change TO kaoping_app;

GRANT SELECT ON revision_change TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON revision_change TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON room TO kaoping_app;

GRANT SELECT ON room TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON room TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON saved_search TO kaoping_app;

GRANT SELECT ON saved_search TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON saved_search TO kaoping_definer;

GRANT SELECT, INSERT ON score TO kaoping_app;

GRANT SELECT ON score TO kaoping_backup;

GRANT SELECT, INSERT ON score TO kaoping_definer;

GRANT SELECT, INSERT ON score_sheet TO kaoping_app;

GRANT SELECT ON score_sheet TO kaoping_backup;

GRANT SELECT, INSERT ON score_sheet TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON sector_module TO kaoping_app;

GRANT SELECT ON sector_module TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON sector_module TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON share_link TO kaoping_app;

GRANT SELECT ON share_link TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON share_link TO kaoping_definer;

GRANT SELECT, INSERT ON shared_view TO kaoping_app;

GRANT SELECT ON shared_view TO kaoping_backup;

GRANT SELECT, INSERT ON shared_view TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON sitting TO kaoping_app;

GRANT SELECT ON sitting TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON sitting TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON sitting_token TO kaoping_app;

GRANT SELECT ON sitting_token TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON sitting_token TO kaoping_definer;

GRANT SELECT, INSERT ON skill_draw TO kaoping_app;

GRANT SELECT ON skill_draw TO kaoping_backup;

GRANT SELECT, INSERT ON skill_draw TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON skill_paper TO kaoping_app;

GRANT SELECT ON skill_paper TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON skill_paper TO kaoping_definer;

GRANT SELECT, INSERT ON skill_slot TO kaoping_app;

GRANT SELECT ON skill_slot TO kaoping_backup;

GRANT SELECT, INSERT ON skill_slot TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON slot TO kaoping_app;

GRANT SELECT ON slot TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON slot TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON specification TO kaoping_app;

GRANT SELECT ON specification TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON specification TO kaoping_definer;

GRANT SELECT, INSERT ON specification_approval TO kaoping_app;

GRANT SELECT ON specification_approval TO kaoping_backup;

GRANT SELECT, INSERT ON specification_approval TO kaoping_definer;

GRANT SELECT, INSERT ON specification_version TO kaoping_app;

GRANT SELECT ON specification_version TO kaoping_backup;

GRANT SELECT, INSERT ON specification_version TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON standard TO kaoping_app;

GRANT SELECT ON standard TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON standard TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON standard_hand TO kaoping_app;

GRANT SELECT ON standard_hand TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON standard_hand TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON statistics TO kaoping_app;

GRANT SELECT ON statistics TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON statistics TO kaoping_definer;

GRANT SELECT, INSERT ON step TO kaoping_app;

GRANT SELECT ON step TO kaoping_backup;

GRANT SELECT, INSERT ON step TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON subrange TO kaoping_app;

GRANT SELECT ON subrange TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON subrange TO kaoping_definer;

GRANT SELECT, INSERT ON swap TO kaoping_app;

GRANT SELECT ON swap TO kaoping_backup;

GRANT SELECT, INSERT ON swap TO kaoping_definer;

GRANT SELECT, INSERT ON taken_item TO kaoping_app;

GRANT SELECT ON taken_item TO kaoping_backup;

GRANT SELECT, INSERT ON taken_item TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON task TO kaoping_app;

GRANT SELECT ON task TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON task TO kaoping_definer;

GRANT SELECT, INSERT ON task_review TO kaoping_app;

GRANT SELECT ON task_review TO kaoping_backup;

GRANT SELECT, INSERT ON task_review TO kaoping_definer;

GRANT SELECT, INSERT ON trace TO kaoping_app;

GRANT SELECT ON trace TO kaoping_backup;

GRANT SELECT, INSERT ON trace TO kaoping_definer;

GRANT SELECT, INSERT ON trail_entry TO kaoping_app;

GRANT SELECT ON trail_entry TO kaoping_backup;

GRANT SELECT, INSERT ON trail_entry TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON trail_head TO kaoping_app;

GRANT SELECT ON trail_head TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON trail_head TO kaoping_definer;

GRANT SELECT, INSERT ON upload_layout TO kaoping_app;

GRANT SELECT ON upload_layout TO kaoping_backup;

GRANT SELECT, INSERT ON upload_layout TO kaoping_definer;

GRANT SELECT, INSERT ON upload_receipt TO kaoping_app;

GRANT SELECT ON upload_receipt TO kaoping_backup;

GRANT SELECT, INSERT ON upload_receipt TO kaoping_definer;

GRANT SELECT, INSERT ON uploaded_certificate TO kaoping_app;

GRANT SELECT ON uploaded_certificate TO kaoping_backup;

GRANT SELECT, INSERT ON uploaded_certificate TO kaoping_definer;

GRANT SELECT, INSERT ON variant TO kaoping_app;

GRANT SELECT ON variant TO kaoping_backup;

GRANT SELECT, INSERT ON variant TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON weight TO kaoping_app;

GRANT SELECT ON weight TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON weight TO kaoping_definer;

GRANT SELECT, INSERT, UPDATE, DELETE ON work_content TO kaoping_app;

GRANT SELECT ON work_content TO kaoping_backup;

GRANT SELECT, INSERT, UPDATE ON work_content TO kaoping_definer;

CREATE TRIGGER achievement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON achievement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER answer_file_append_only BEFORE UPDATE OF id, organisation_id, sitting_id, slot, part, name, media_type, size, digest, stored_at OR DELETE OR TRUNCATE ON answer_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER answer_file_resealed BEFORE UPDATE ON answer_file FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER answer_mark_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON answer_mark FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER archive_holder_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON archive_holder FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER archive_share_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON archive_share FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER assigned_item_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON assigned_item FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER assignment_line_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON assignment_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER attention_limits_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON attention_limits FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER award_ground_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON award_ground FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER badge_append_only BEFORE UPDATE OF id, organisation_id, certificate_id, achievement_id, list_number, position OR DELETE OR TRUNCATE ON badge FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER badge_resealed BEFORE UPDATE ON badge FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER carry_decision_append_only BEFORE UPDATE OF id, organisation_id, revision_id, origin_id, carry, decided_by, at OR DELETE OR TRUNCATE ON carry_decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER carry_decision_resealed BEFORE UPDATE ON carry_decision FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER cited_standing_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cited_standing FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER comparison_rule_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON comparison_rule FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER consent_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON consent FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER decision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER differential_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON differential FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER enemy_member_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON enemy_member FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER exported_item_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON exported_item FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER granted_item_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON granted_item FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER inquiry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON inquiry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER interest_append_only BEFORE UPDATE OF id, organisation_id, item_id, revision_id, person_id, conflict, at OR DELETE OR TRUNCATE ON interest FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER interest_resealed BEFORE UPDATE ON interest FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER issuer_key_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON issuer_key FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER item_move_append_only BEFORE UPDATE OF id, organisation_id, item_id, state, reason, by, at OR DELETE OR TRUNCATE ON item_move FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER item_move_resealed BEFORE UPDATE ON item_move FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER item_twin_review_append_only BEFORE UPDATE OF id, organisation_id, twin_id, translator_id, text_hash, reviewer_id, verdict, at OR DELETE OR TRUNCATE ON item_twin_review FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER item_twin_review_resealed BEFORE UPDATE ON item_twin_review FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER item_view_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON item_view FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER layout_picture_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON layout_picture FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER layout_use_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON layout_use FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER leaked_item_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON leaked_item FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER marker_tie_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON marker_tie FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER national_signature_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON national_signature FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER paper_archive_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON paper_archive FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER practice_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON practice_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER project_table_approval_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON project_table_approval FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER project_table_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON project_table_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER register_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON register_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER released_item_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON released_item FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER remark_append_only BEFORE UPDATE OF id, organisation_id, item_id, revision_id, thread_id, place, act, by, at OR DELETE OR TRUNCATE ON remark FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER remark_resealed BEFORE UPDATE ON remark FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER review_append_only BEFORE UPDATE OF id, organisation_id, revision_id, author_id, reviewer_id, stage, verdict, reasons, content_hash, at OR DELETE OR TRUNCATE ON review FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER review_resealed BEFORE UPDATE ON review FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER review_rule_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON review_rule FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER score_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON score FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER score_sheet_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON score_sheet FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER shared_view_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON shared_view FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER skill_draw_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON skill_draw FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER skill_slot_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON skill_slot FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER specification_approval_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON specification_approval FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER specification_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON specification_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER step_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON step FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER swap_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON swap FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER taken_item_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON taken_item FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER task_review_append_only BEFORE UPDATE OF id, organisation_id, task_id, author_id, reviewer_id, verdict, at OR DELETE OR TRUNCATE ON task_review FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER task_review_resealed BEFORE UPDATE ON task_review FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER trace_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON trace FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER trail_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON trail_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER upload_layout_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON upload_layout FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER upload_receipt_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON upload_receipt FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER uploaded_certificate_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON uploaded_certificate FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER variant_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON variant FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Procrastinate Schema

DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog;
EXCEPTION
    WHEN OTHERS THEN
        -- On managed PostgreSQL services (e.g. Azure Database for PostgreSQL, Amazon RDS,
        -- Google Cloud SQL), CREATE EXTENSION may fail with various error codes:
        -- insufficient_privilege, feature_not_supported, or provider-specific errors.
        -- Before ignoring, verify the extension actually exists — if it does not exist
        -- and cannot be created, re-raise so the failure is explicit.
        IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'plpgsql') THEN
            RAISE NOTICE 'plpgsql extension already exists, skipping creation.';
        ELSE
            RAISE;
        END IF;
END;
$$;

-- Enums

CREATE TYPE procrastinate_job_status AS ENUM (
    'todo',  -- The job is queued
    'doing',  -- The job has been fetched by a worker
    'succeeded',  -- The job ended successfully
    'failed',  -- The job ended with an error
    'cancelled', -- The job was cancelled
    'aborting',  -- legacy, not used anymore since v3.0.0
    'aborted'  -- The job was aborted
);

CREATE TYPE procrastinate_job_event_type AS ENUM (
    'deferred',  -- Job created, in todo
    'started',  -- todo -> doing
    'deferred_for_retry',  -- doing -> todo
    'failed',  -- doing -> failed
    'succeeded',  -- doing -> succeeded
    'cancelled', -- todo -> cancelled
    'abort_requested', -- not a state transition, but set in a separate field
    'aborted', -- doing -> aborted (only allowed when abort_requested field is set)
    'scheduled', -- not a state transition, but recording when a task is scheduled for
    'retried' -- Manually retried failed job
);

-- Composite Types

CREATE TYPE procrastinate_job_to_defer_v1 AS (
    queue_name character varying,
    task_name character varying,
    priority integer,
    lock text,
    queueing_lock text,
    args jsonb,
    scheduled_at timestamp with time zone
);

-- Tables

CREATE TABLE procrastinate_workers(
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    last_heartbeat timestamp with time zone NOT NULL DEFAULT NOW()
);

CREATE TABLE procrastinate_jobs (
    id bigserial PRIMARY KEY,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    lock text,
    queueing_lock text,
    args jsonb DEFAULT '{}' NOT NULL,
    status procrastinate_job_status DEFAULT 'todo'::procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone NULL,
    attempts integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint REFERENCES procrastinate_workers(id) ON DELETE SET NULL,
    CONSTRAINT check_not_todo_abort_requested CHECK (NOT (status = 'todo' AND abort_requested = true))
);

CREATE TABLE procrastinate_periodic_defers (
    id bigserial PRIMARY KEY,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint REFERENCES procrastinate_jobs(id) NULL,
    periodic_id character varying(128) NOT NULL DEFAULT '',
    CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp)
);

CREATE TABLE procrastinate_events (
    id bigserial PRIMARY KEY,
    job_id bigint NOT NULL REFERENCES procrastinate_jobs ON DELETE CASCADE,
    type procrastinate_job_event_type,
    at timestamp with time zone DEFAULT NOW() NULL
);

-- Constraints & Indices

-- this prevents from having several jobs with the same queueing lock in the "todo" state
CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON procrastinate_jobs (queueing_lock) WHERE status = 'todo';
-- this prevents from having several jobs with the same lock in the "doing" state
CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON procrastinate_jobs (lock) WHERE status = 'doing';

-- Index for select_stalled_jobs_by_heartbeat query
CREATE INDEX idx_procrastinate_jobs_worker_not_null ON procrastinate_jobs(worker_id) WHERE worker_id IS NOT NULL AND status = 'doing'::procrastinate_job_status;

CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON procrastinate_jobs(queue_name);
CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON procrastinate_jobs (id, lock) WHERE status = ANY (ARRAY['todo'::procrastinate_job_status, 'doing'::procrastinate_job_status]);
CREATE INDEX procrastinate_jobs_priority_idx_v1 ON procrastinate_jobs(priority desc, id asc) WHERE (status = 'todo'::procrastinate_job_status);

CREATE INDEX procrastinate_events_job_id_fkey_v1 ON procrastinate_events(job_id);

CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON procrastinate_periodic_defers(job_id);

CREATE INDEX idx_procrastinate_workers_last_heartbeat ON procrastinate_workers(last_heartbeat);

-- Functions
CREATE FUNCTION procrastinate_defer_jobs_v1(
    jobs procrastinate_job_to_defer_v1[]
)
    RETURNS bigint[]
    LANGUAGE plpgsql
AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;

CREATE FUNCTION procrastinate_defer_periodic_job_v2(
    _queue_name character varying,
    _lock character varying,
    _queueing_lock character varying,
    _task_name character varying,
    _priority integer,
    _periodic_id character varying,
    _defer_timestamp bigint,
    _args jsonb
)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

CREATE FUNCTION procrastinate_fetch_job_v2(
    target_queue_names character varying[],
    p_worker_id bigint
)
    RETURNS procrastinate_jobs
    LANGUAGE plpgsql
AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;

CREATE FUNCTION procrastinate_finish_job_v1(job_id bigint, end_status procrastinate_job_status, delete_job boolean)
    RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;

CREATE FUNCTION procrastinate_retry_job_v1(
    job_id bigint,
    retry_at timestamp with time zone,
    new_priority integer,
    new_queue_name character varying,
    new_lock character varying
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION procrastinate_retry_job_v2(
    job_id bigint,
    retry_at timestamp with time zone,
    new_priority integer,
    new_queue_name character varying,
    new_lock character varying
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;

CREATE FUNCTION procrastinate_notify_queue_job_inserted_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate_notify_queue_abort_job_v1()
RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate_trigger_function_status_events_insert_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate_trigger_function_status_events_update_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate_trigger_function_scheduled_events_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate_trigger_abort_requested_events_procedure_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate_unlink_periodic_defers_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;

CREATE FUNCTION procrastinate_register_worker_v1()
    RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION procrastinate_unregister_worker_v1(worker_id bigint)
    RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION procrastinate_update_heartbeat_v1(worker_id bigint)
    RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat float)
    RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;

-- Triggers

CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1
    AFTER INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.status = 'todo'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_notify_queue_job_inserted_v1();

CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1
    AFTER UPDATE OF abort_requested ON procrastinate_jobs
    FOR EACH ROW WHEN ((old.abort_requested = false AND new.abort_requested = true AND new.status = 'doing'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_notify_queue_abort_job_v1();

CREATE TRIGGER procrastinate_trigger_status_events_update_v1
    AFTER UPDATE OF status ON procrastinate_jobs
    FOR EACH ROW
    EXECUTE PROCEDURE procrastinate_trigger_function_status_events_update_v1();

CREATE TRIGGER procrastinate_trigger_status_events_insert_v1
    AFTER INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.status = 'todo'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_trigger_function_status_events_insert_v1();

CREATE TRIGGER procrastinate_trigger_scheduled_events_v1
    AFTER UPDATE OR INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.scheduled_at IS NOT NULL AND new.status = 'todo'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_trigger_function_scheduled_events_v1();

CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1
    AFTER UPDATE OF abort_requested ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.abort_requested = true))
    EXECUTE PROCEDURE procrastinate_trigger_abort_requested_events_procedure_v1();

CREATE TRIGGER procrastinate_trigger_delete_jobs_v1
    BEFORE DELETE ON procrastinate_jobs
    FOR EACH ROW EXECUTE PROCEDURE procrastinate_unlink_periodic_defers_v1();


GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers TO kaoping_app;
GRANT SELECT ON procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers TO kaoping_backup;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO kaoping_app;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO kaoping_backup;
