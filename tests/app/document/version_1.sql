BEGIN TRANSACTION;
CREATE TABLE bulk_array (
	id VARCHAR(32) NOT NULL, 
	video_id VARCHAR(32) NOT NULL, 
	run_id VARCHAR(32), 
	kind VARCHAR(200) NOT NULL, 
	name TEXT NOT NULL, 
	first_frame INTEGER NOT NULL, 
	last_frame INTEGER NOT NULL, 
	dtype VARCHAR(8) NOT NULL, 
	shape VARCHAR(100) NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(video_id) REFERENCES video (id), 
	FOREIGN KEY(run_id) REFERENCES prediction_run (id)
);
INSERT INTO "bulk_array" VALUES('0ef1a6a034f64ee5bf368aa3fe5b3d72','ea9511a31a8a47d28257c1bbb9c24ea0','e3a3d7b6e26c4e199aeedb7d7e977629','candidates','',100,101,'<f8','[2, 6]',X'780163600081480730C52000A5D5A0B40694FE600F9187D20E910E9A31FD87BE6AC0D46B41D5E960A80700C1A30B66');
INSERT INTO "bulk_array" VALUES('207347300b4647c19542d7db1c56384d','ea9511a31a8a47d28257c1bbb9c24ea0','e3a3d7b6e26c4e199aeedb7d7e977629','camera','',0,0,'<f8','[1, 3, 3]',X'7801636000810FF6600A2741581E007845038E');
CREATE TABLE dive (
	id VARCHAR(32) NOT NULL, 
	video_id VARCHAR(32) NOT NULL, 
	source VARCHAR(10) NOT NULL, 
	predicted_id VARCHAR(32), 
	PRIMARY KEY (id), 
	FOREIGN KEY(video_id) REFERENCES video (id), 
	FOREIGN KEY(predicted_id) REFERENCES predicted_dive (id)
);
INSERT INTO "dive" VALUES('55b47ded4af648f7aabc7b4e1bbee9ae','ea9511a31a8a47d28257c1bbb9c24ea0','model','0acc0e15fa8a4b12b3f3892bfc2a9eec');
INSERT INTO "dive" VALUES('32875e9b7e5d4afe947b6b4ba0c39db1','ea9511a31a8a47d28257c1bbb9c24ea0','model','f69ef55b6c2f4f27a7afb120e367aa67');
CREATE TABLE dive_value (
	dive_id VARCHAR(32) NOT NULL, 
	field VARCHAR(20) NOT NULL, 
	frame INTEGER, 
	seconds DOUBLE, 
	text TEXT, 
	trajectory_id VARCHAR(32), 
	person VARCHAR(200), 
	run_id VARCHAR(32), 
	at_us BIGINT NOT NULL, 
	PRIMARY KEY (dive_id, field), 
	FOREIGN KEY(dive_id) REFERENCES dive (id), 
	FOREIGN KEY(trajectory_id) REFERENCES trajectory (id), 
	FOREIGN KEY(run_id) REFERENCES prediction_run (id)
);
INSERT INTO "dive_value" VALUES('55b47ded4af648f7aabc7b4e1bbee9ae','start',104,4.16,NULL,NULL,'Ann',NULL,1795216990715689);
INSERT INTO "dive_value" VALUES('55b47ded4af648f7aabc7b4e1bbee9ae','status',NULL,NULL,'corrected',NULL,'Ann',NULL,1795216990715689);
INSERT INTO "dive_value" VALUES('55b47ded4af648f7aabc7b4e1bbee9ae','end',140,5.6,NULL,NULL,NULL,'e3a3d7b6e26c4e199aeedb7d7e977629',1795216990711008);
INSERT INTO "dive_value" VALUES('55b47ded4af648f7aabc7b4e1bbee9ae','board',NULL,NULL,NULL,NULL,NULL,'e3a3d7b6e26c4e199aeedb7d7e977629',1795216990711008);
INSERT INTO "dive_value" VALUES('55b47ded4af648f7aabc7b4e1bbee9ae','code',NULL,NULL,NULL,NULL,NULL,'e3a3d7b6e26c4e199aeedb7d7e977629',1795216990711008);
INSERT INTO "dive_value" VALUES('55b47ded4af648f7aabc7b4e1bbee9ae','path',NULL,NULL,NULL,'3ccd166b16ab4626a6c391b67f3fed69',NULL,'e3a3d7b6e26c4e199aeedb7d7e977629',1795216990711008);
INSERT INTO "dive_value" VALUES('55b47ded4af648f7aabc7b4e1bbee9ae','note',NULL,NULL,'late',NULL,'Ann',NULL,1795216990719124);
CREATE TABLE edit (
	id INTEGER NOT NULL, 
	step_id INTEGER NOT NULL, 
	video_id VARCHAR(32) NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	text TEXT NOT NULL, 
	person VARCHAR(200) NOT NULL, 
	at_us BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(step_id) REFERENCES undo_step (id), 
	FOREIGN KEY(video_id) REFERENCES video (id)
);
INSERT INTO "edit" VALUES(1,1,'ea9511a31a8a47d28257c1bbb9c24ea0','edit','Set start to frame 104','Ann',1795216990715689);
INSERT INTO "edit" VALUES(2,2,'ea9511a31a8a47d28257c1bbb9c24ea0','edit','Change note','Ann',1795216990719124);
INSERT INTO "edit" VALUES(3,3,'ea9511a31a8a47d28257c1bbb9c24ea0','edit','Delete dive','Ann',1795216990720660);
INSERT INTO "edit" VALUES(4,3,'ea9511a31a8a47d28257c1bbb9c24ea0','undo','Delete dive','Ann',1795216990724151);
CREATE TABLE edit_change (
	edit_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	dive_id VARCHAR(32) NOT NULL, 
	field VARCHAR(20) NOT NULL, 
	frame INTEGER, 
	name VARCHAR(200), 
	old TEXT, 
	new TEXT, 
	PRIMARY KEY (edit_id, position), 
	FOREIGN KEY(edit_id) REFERENCES edit (id), 
	FOREIGN KEY(dive_id) REFERENCES dive (id)
);
INSERT INTO "edit_change" VALUES(1,0,'55b47ded4af648f7aabc7b4e1bbee9ae','start',NULL,NULL,NULL,'{"at_us": 1795216990715689, "person": "Ann", "frame": 104, "seconds": 4.16}');
INSERT INTO "edit_change" VALUES(1,1,'55b47ded4af648f7aabc7b4e1bbee9ae','status',NULL,NULL,NULL,'{"at_us": 1795216990715689, "person": "Ann", "text": "corrected"}');
INSERT INTO "edit_change" VALUES(1,2,'55b47ded4af648f7aabc7b4e1bbee9ae','end',NULL,NULL,NULL,'{"at_us": 1795216990711008, "run_id": "e3a3d7b6e26c4e199aeedb7d7e977629", "frame": 140, "seconds": 5.6}');
INSERT INTO "edit_change" VALUES(1,3,'55b47ded4af648f7aabc7b4e1bbee9ae','board',NULL,NULL,NULL,'{"at_us": 1795216990711008, "run_id": "e3a3d7b6e26c4e199aeedb7d7e977629"}');
INSERT INTO "edit_change" VALUES(1,4,'55b47ded4af648f7aabc7b4e1bbee9ae','code',NULL,NULL,NULL,'{"at_us": 1795216990711008, "run_id": "e3a3d7b6e26c4e199aeedb7d7e977629"}');
INSERT INTO "edit_change" VALUES(1,5,'55b47ded4af648f7aabc7b4e1bbee9ae','path',NULL,NULL,NULL,'{"at_us": 1795216990711008, "run_id": "e3a3d7b6e26c4e199aeedb7d7e977629", "trajectory_id": "3ccd166b16ab4626a6c391b67f3fed69"}');
INSERT INTO "edit_change" VALUES(2,0,'55b47ded4af648f7aabc7b4e1bbee9ae','note',NULL,NULL,NULL,'{"at_us": 1795216990719124, "person": "Ann", "text": "late"}');
INSERT INTO "edit_change" VALUES(3,0,'32875e9b7e5d4afe947b6b4ba0c39db1','deleted',NULL,NULL,NULL,'{"at_us": 1795216990720660, "person": "Ann", "text": "deleted"}');
INSERT INTO "edit_change" VALUES(3,1,'32875e9b7e5d4afe947b6b4ba0c39db1','start',NULL,NULL,NULL,'{"at_us": 1795216990711008, "run_id": "e3a3d7b6e26c4e199aeedb7d7e977629", "frame": 300, "seconds": 12.0}');
INSERT INTO "edit_change" VALUES(3,2,'32875e9b7e5d4afe947b6b4ba0c39db1','end',NULL,NULL,NULL,'{"at_us": 1795216990711008, "run_id": "e3a3d7b6e26c4e199aeedb7d7e977629", "frame": 330, "seconds": 13.2}');
INSERT INTO "edit_change" VALUES(3,3,'32875e9b7e5d4afe947b6b4ba0c39db1','board',NULL,NULL,NULL,'{"at_us": 1795216990711008, "run_id": "e3a3d7b6e26c4e199aeedb7d7e977629"}');
INSERT INTO "edit_change" VALUES(3,4,'32875e9b7e5d4afe947b6b4ba0c39db1','code',NULL,NULL,NULL,'{"at_us": 1795216990711008, "run_id": "e3a3d7b6e26c4e199aeedb7d7e977629"}');
INSERT INTO "edit_change" VALUES(3,5,'32875e9b7e5d4afe947b6b4ba0c39db1','path',NULL,NULL,NULL,'{"at_us": 1795216990711008, "run_id": "e3a3d7b6e26c4e199aeedb7d7e977629"}');
INSERT INTO "edit_change" VALUES(4,0,'32875e9b7e5d4afe947b6b4ba0c39db1','path',NULL,NULL,'{"at_us": 1795216990711008, "run_id": "e3a3d7b6e26c4e199aeedb7d7e977629"}',NULL);
INSERT INTO "edit_change" VALUES(4,1,'32875e9b7e5d4afe947b6b4ba0c39db1','code',NULL,NULL,'{"at_us": 1795216990711008, "run_id": "e3a3d7b6e26c4e199aeedb7d7e977629"}',NULL);
INSERT INTO "edit_change" VALUES(4,2,'32875e9b7e5d4afe947b6b4ba0c39db1','board',NULL,NULL,'{"at_us": 1795216990711008, "run_id": "e3a3d7b6e26c4e199aeedb7d7e977629"}',NULL);
INSERT INTO "edit_change" VALUES(4,3,'32875e9b7e5d4afe947b6b4ba0c39db1','end',NULL,NULL,'{"at_us": 1795216990711008, "run_id": "e3a3d7b6e26c4e199aeedb7d7e977629", "frame": 330, "seconds": 13.2}',NULL);
INSERT INTO "edit_change" VALUES(4,4,'32875e9b7e5d4afe947b6b4ba0c39db1','start',NULL,NULL,'{"at_us": 1795216990711008, "run_id": "e3a3d7b6e26c4e199aeedb7d7e977629", "frame": 300, "seconds": 12.0}',NULL);
INSERT INTO "edit_change" VALUES(4,5,'32875e9b7e5d4afe947b6b4ba0c39db1','deleted',NULL,NULL,'{"at_us": 1795216990720660, "person": "Ann", "text": "deleted"}',NULL);
CREATE TABLE holder (
	id INTEGER NOT NULL, 
	person VARCHAR(200) NOT NULL, 
	host VARCHAR(200) NOT NULL, 
	process INTEGER NOT NULL, 
	since_us BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE keypoint (
	dive_id VARCHAR(32) NOT NULL, 
	frame INTEGER NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	seconds DOUBLE NOT NULL, 
	x DOUBLE NOT NULL, 
	y DOUBLE NOT NULL, 
	visibility INTEGER NOT NULL, 
	person VARCHAR(200) NOT NULL, 
	at_us BIGINT NOT NULL, 
	PRIMARY KEY (dive_id, frame, name), 
	FOREIGN KEY(dive_id) REFERENCES dive (id)
)
 WITHOUT ROWID

;
CREATE TABLE keypoint_track (
	array_id VARCHAR(32) NOT NULL, 
	dive_id VARCHAR(32) NOT NULL, 
	names TEXT NOT NULL, 
	PRIMARY KEY (array_id), 
	FOREIGN KEY(array_id) REFERENCES bulk_array (id), 
	FOREIGN KEY(dive_id) REFERENCES dive (id)
);
CREATE TABLE predicted_attribute (
	predicted_id VARCHAR(32) NOT NULL, 
	attribute VARCHAR(200) NOT NULL, 
	value VARCHAR(200) NOT NULL, 
	probability DOUBLE NOT NULL, 
	PRIMARY KEY (predicted_id, attribute, value), 
	FOREIGN KEY(predicted_id) REFERENCES predicted_dive (id)
);
CREATE TABLE predicted_dive (
	id VARCHAR(32) NOT NULL, 
	video_id VARCHAR(32) NOT NULL, 
	run_id VARCHAR(32) NOT NULL, 
	start_frame INTEGER NOT NULL, 
	start_s DOUBLE NOT NULL, 
	end_frame INTEGER NOT NULL, 
	end_s DOUBLE NOT NULL, 
	board VARCHAR(200), 
	code VARCHAR(200), 
	code_probability DOUBLE, 
	score DOUBLE NOT NULL, 
	trajectory_id VARCHAR(32), 
	PRIMARY KEY (id), 
	FOREIGN KEY(video_id) REFERENCES video (id), 
	FOREIGN KEY(run_id) REFERENCES prediction_run (id), 
	FOREIGN KEY(trajectory_id) REFERENCES trajectory (id)
);
INSERT INTO "predicted_dive" VALUES('0acc0e15fa8a4b12b3f3892bfc2a9eec','ea9511a31a8a47d28257c1bbb9c24ea0','e3a3d7b6e26c4e199aeedb7d7e977629',100,4.0,140,5.6,NULL,NULL,NULL,0.75,'3ccd166b16ab4626a6c391b67f3fed69');
INSERT INTO "predicted_dive" VALUES('f69ef55b6c2f4f27a7afb120e367aa67','ea9511a31a8a47d28257c1bbb9c24ea0','e3a3d7b6e26c4e199aeedb7d7e977629',300,12.0,330,13.2,NULL,NULL,NULL,0.5,NULL);
CREATE TABLE prediction_run (
	id VARCHAR(32) NOT NULL, 
	video_id VARCHAR(32) NOT NULL, 
	model_name VARCHAR(200) NOT NULL, 
	model_version VARCHAR(200) NOT NULL, 
	weights_hash VARCHAR(200), 
	settings TEXT NOT NULL, 
	first_frame INTEGER NOT NULL, 
	last_frame INTEGER NOT NULL, 
	person VARCHAR(200) NOT NULL, 
	at_us BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(video_id) REFERENCES video (id)
);
INSERT INTO "prediction_run" VALUES('e3a3d7b6e26c4e199aeedb7d7e977629','ea9511a31a8a47d28257c1bbb9c24ea0','motion','1.2',NULL,'{"sensitivity": 0.5}',0,999,'Ann',1795216990711008);
CREATE TABLE review_format (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "review_format" VALUES(1);
CREATE TABLE trajectory (
	id VARCHAR(32) NOT NULL, 
	video_id VARCHAR(32) NOT NULL, 
	run_id VARCHAR(32), 
	base_id VARCHAR(32), 
	origin_s DOUBLE, 
	x0 DOUBLE, 
	vx DOUBLE, 
	y0 DOUBLE, 
	vy DOUBLE, 
	ay DOUBLE, 
	scale_uncertainty DOUBLE, 
	marks TEXT NOT NULL, 
	candidates_id VARCHAR(32), 
	camera_id VARCHAR(32), 
	is_kept BOOLEAN NOT NULL, 
	person VARCHAR(200), 
	at_us BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(video_id) REFERENCES video (id), 
	FOREIGN KEY(run_id) REFERENCES prediction_run (id), 
	FOREIGN KEY(base_id) REFERENCES trajectory (id), 
	FOREIGN KEY(candidates_id) REFERENCES bulk_array (id), 
	FOREIGN KEY(camera_id) REFERENCES bulk_array (id)
);
INSERT INTO "trajectory" VALUES('3ccd166b16ab4626a6c391b67f3fed69','ea9511a31a8a47d28257c1bbb9c24ea0','e3a3d7b6e26c4e199aeedb7d7e977629',NULL,4.0,10.0,20.0,50.0,-30.0,400.0,NULL,'{}','0ef1a6a034f64ee5bf368aa3fe5b3d72','207347300b4647c19542d7db1c56384d',1,NULL,1795216990711008);
CREATE TABLE undo_step (
	id INTEGER NOT NULL, 
	video_id VARCHAR(32) NOT NULL, 
	text TEXT NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(video_id) REFERENCES video (id)
);
INSERT INTO "undo_step" VALUES(1,'ea9511a31a8a47d28257c1bbb9c24ea0','Set start to frame 104','done');
INSERT INTO "undo_step" VALUES(2,'ea9511a31a8a47d28257c1bbb9c24ea0','Change note','done');
INSERT INTO "undo_step" VALUES(3,'ea9511a31a8a47d28257c1bbb9c24ea0','Delete dive','undone');
CREATE TABLE video (
	id VARCHAR(32) NOT NULL, 
	fingerprint VARCHAR(200) NOT NULL, 
	path TEXT NOT NULL, 
	frame_count INTEGER NOT NULL, 
	width INTEGER NOT NULL, 
	height INTEGER NOT NULL, 
	duration_s DOUBLE NOT NULL, 
	average_fps DOUBLE NOT NULL, 
	rotation INTEGER NOT NULL, 
	codec VARCHAR(200) NOT NULL, 
	is_variable_frame_rate BOOLEAN NOT NULL, 
	has_edit_list BOOLEAN NOT NULL, 
	is_interlaced BOOLEAN NOT NULL, 
	person VARCHAR(200) NOT NULL, 
	at_us BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (fingerprint)
);
INSERT INTO "video" VALUES('ea9511a31a8a47d28257c1bbb9c24ea0','fingerprint-1','/pool/springboard.mp4',1000,640,360,40.0,25.0,0,'h264',0,0,0,'Ann',1795216990704914);
CREATE INDEX ix_prediction_run_video_id ON prediction_run (video_id);
CREATE INDEX ix_undo_step_state ON undo_step (video_id, state, id);
CREATE INDEX ix_bulk_array_range ON bulk_array (video_id, kind, first_frame);
CREATE INDEX ix_bulk_array_run_id ON bulk_array (run_id);
CREATE INDEX ix_edit_step_id ON edit (step_id);
CREATE INDEX ix_edit_video_id ON edit (video_id);
CREATE INDEX ix_trajectory_candidates_id ON trajectory (candidates_id);
CREATE INDEX ix_trajectory_camera_id ON trajectory (camera_id);
CREATE INDEX ix_trajectory_run_id ON trajectory (run_id);
CREATE INDEX ix_trajectory_base_id ON trajectory (base_id);
CREATE INDEX ix_trajectory_video_id ON trajectory (video_id);
CREATE INDEX ix_predicted_dive_run_id ON predicted_dive (run_id);
CREATE INDEX ix_predicted_dive_trajectory_id ON predicted_dive (trajectory_id);
CREATE INDEX ix_predicted_dive_video_id ON predicted_dive (video_id);
CREATE INDEX ix_dive_predicted_id ON dive (predicted_id);
CREATE INDEX ix_dive_video_id ON dive (video_id);
CREATE INDEX ix_dive_value_trajectory_id ON dive_value (trajectory_id);
CREATE INDEX ix_keypoint_track_dive_id ON keypoint_track (dive_id);
CREATE INDEX ix_edit_change_dive_id ON edit_change (dive_id);
COMMIT;
