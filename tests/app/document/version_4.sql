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
INSERT INTO "bulk_array" VALUES('fc7694acb3434a30a48fc81fc0c78791','372256a5598043569b75aac15bdba6ad','71fbe15ad2c9454b8fa9d738ebdceb17','candidates','',100,101,'<f8','[2, 6]',X'780163600081480730C520E0B07A1508B83A784E52012247A8F8037B88FC0708ED10E9A019D37FE8AB86804328085C7575C8BBBD2DF7B619A67A0024FE17A4');
INSERT INTO "bulk_array" VALUES('e57953d314964ebc8eb0788dffa4dad0','372256a5598043569b75aac15bdba6ad','71fbe15ad2c9454b8fa9d738ebdceb17','camera','',100,101,'<f8','[2, 3, 3]',X'7801636000810FF6600A2741AC3CBABA2F68E6A2CBA35BF8C11E002C07084E');
INSERT INTO "bulk_array" VALUES('8269fea632804405ad43ac98c98a7b55','372256a5598043569b75aac15bdba6ad','71fbe15ad2c9454b8fa9d738ebdceb17','signal','motion',10,11,'<f4','[2]',X'7801636068B0636060B00700047D00FE');
INSERT INTO "bulk_array" VALUES('c9d8f238d8a5483bbeb681fb41abf7f1','372256a5598043569b75aac15bdba6ad','362dd4593deb4ecd8778ae79099f3e2b','keypoints','',110,112,'<f4','[3, 2, 3]',X'7801636068B0678063060704DB0189DD80C45E80C43E00670300BCC60D14');
CREATE TABLE dive (
	id VARCHAR(32) NOT NULL, 
	video_id VARCHAR(32) NOT NULL, 
	source VARCHAR(10) NOT NULL, 
	predicted_id VARCHAR(32), 
	is_lost BOOLEAN NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(video_id) REFERENCES video (id), 
	FOREIGN KEY(predicted_id) REFERENCES predicted_dive (id)
);
INSERT INTO "dive" VALUES('f60d81ed333f4f16a9ddbc09d2fda12f','372256a5598043569b75aac15bdba6ad','model','d17da93f64174630b57f49e862651f36',0);
INSERT INTO "dive" VALUES('cb4deea408e2411e8a5af6457adcb106','372256a5598043569b75aac15bdba6ad','model','cec781fd731b4ca1a439d421d7332970',0);
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
INSERT INTO "dive_value" VALUES('f60d81ed333f4f16a9ddbc09d2fda12f','start',104,4.16,NULL,NULL,'Ann',NULL,1795220371655332);
INSERT INTO "dive_value" VALUES('f60d81ed333f4f16a9ddbc09d2fda12f','status',NULL,NULL,'corrected',NULL,'Ann',NULL,1795220371655332);
INSERT INTO "dive_value" VALUES('f60d81ed333f4f16a9ddbc09d2fda12f','end',140,5.6,NULL,NULL,NULL,'71fbe15ad2c9454b8fa9d738ebdceb17',1795220371640088);
INSERT INTO "dive_value" VALUES('f60d81ed333f4f16a9ddbc09d2fda12f','board',NULL,NULL,NULL,NULL,NULL,'71fbe15ad2c9454b8fa9d738ebdceb17',1795220371640088);
INSERT INTO "dive_value" VALUES('f60d81ed333f4f16a9ddbc09d2fda12f','code',NULL,NULL,NULL,NULL,NULL,'71fbe15ad2c9454b8fa9d738ebdceb17',1795220371640088);
INSERT INTO "dive_value" VALUES('f60d81ed333f4f16a9ddbc09d2fda12f','path',NULL,NULL,NULL,'097d24117f60473c9564db1fba11c795',NULL,'71fbe15ad2c9454b8fa9d738ebdceb17',1795220371640088);
INSERT INTO "dive_value" VALUES('f60d81ed333f4f16a9ddbc09d2fda12f','note',NULL,NULL,'late',NULL,'Ann',NULL,1795220371665021);
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
INSERT INTO "edit" VALUES(1,1,'372256a5598043569b75aac15bdba6ad','edit','Set start to frame 104','Ann',1795220371655332);
INSERT INTO "edit" VALUES(2,2,'372256a5598043569b75aac15bdba6ad','edit','Change note','Ann',1795220371665021);
INSERT INTO "edit" VALUES(3,3,'372256a5598043569b75aac15bdba6ad','edit','Delete dive','Ann',1795220371668981);
INSERT INTO "edit" VALUES(4,3,'372256a5598043569b75aac15bdba6ad','undo','Delete dive','Ann',1795220371674807);
INSERT INTO "edit" VALUES(5,3,'372256a5598043569b75aac15bdba6ad','redo','Delete dive','Ann',1795296275807119);
INSERT INTO "edit" VALUES(6,3,'372256a5598043569b75aac15bdba6ad','undo','Delete dive','Ann',1795296275856030);
INSERT INTO "edit" VALUES(7,4,'372256a5598043569b75aac15bdba6ad','edit','Move head','Ann',1795296275897685);
INSERT INTO "edit" VALUES(8,5,'372256a5598043569b75aac15bdba6ad','edit','Move neck','Ann',1795296275979557);
INSERT INTO "edit" VALUES(9,6,'372256a5598043569b75aac15bdba6ad','edit','Move neck','Ann',1795296276077276);
INSERT INTO "edit" VALUES(10,6,'372256a5598043569b75aac15bdba6ad','undo','Move neck','Ann',1795296276131578);
INSERT INTO "edit" VALUES(11,7,'372256a5598043569b75aac15bdba6ad','edit','Interpolate keypoints in 1 frame','Ann',1795318772147580);
INSERT INTO "edit" VALUES(12,8,'372256a5598043569b75aac15bdba6ad','edit','Move neck','Ann',1795318772153282);
INSERT INTO "edit" VALUES(13,8,'372256a5598043569b75aac15bdba6ad','undo','Move neck','Ann',1795318772158412);
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
INSERT INTO "edit_change" VALUES(1,0,'f60d81ed333f4f16a9ddbc09d2fda12f','start',NULL,NULL,NULL,'{"at_us": 1795220371655332, "person": "Ann", "frame": 104, "seconds": 4.16}');
INSERT INTO "edit_change" VALUES(1,1,'f60d81ed333f4f16a9ddbc09d2fda12f','status',NULL,NULL,NULL,'{"at_us": 1795220371655332, "person": "Ann", "text": "corrected"}');
INSERT INTO "edit_change" VALUES(1,2,'f60d81ed333f4f16a9ddbc09d2fda12f','end',NULL,NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17", "frame": 140, "seconds": 5.6}');
INSERT INTO "edit_change" VALUES(1,3,'f60d81ed333f4f16a9ddbc09d2fda12f','board',NULL,NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17"}');
INSERT INTO "edit_change" VALUES(1,4,'f60d81ed333f4f16a9ddbc09d2fda12f','code',NULL,NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17"}');
INSERT INTO "edit_change" VALUES(1,5,'f60d81ed333f4f16a9ddbc09d2fda12f','path',NULL,NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17", "trajectory_id": "097d24117f60473c9564db1fba11c795"}');
INSERT INTO "edit_change" VALUES(2,0,'f60d81ed333f4f16a9ddbc09d2fda12f','note',NULL,NULL,NULL,'{"at_us": 1795220371665021, "person": "Ann", "text": "late"}');
INSERT INTO "edit_change" VALUES(3,0,'cb4deea408e2411e8a5af6457adcb106','deleted',NULL,NULL,NULL,'{"at_us": 1795220371668981, "person": "Ann", "text": "deleted"}');
INSERT INTO "edit_change" VALUES(3,1,'cb4deea408e2411e8a5af6457adcb106','start',NULL,NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17", "frame": 300, "seconds": 12.0}');
INSERT INTO "edit_change" VALUES(3,2,'cb4deea408e2411e8a5af6457adcb106','end',NULL,NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17", "frame": 340, "seconds": 13.6}');
INSERT INTO "edit_change" VALUES(3,3,'cb4deea408e2411e8a5af6457adcb106','board',NULL,NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17"}');
INSERT INTO "edit_change" VALUES(3,4,'cb4deea408e2411e8a5af6457adcb106','code',NULL,NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17"}');
INSERT INTO "edit_change" VALUES(3,5,'cb4deea408e2411e8a5af6457adcb106','path',NULL,NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17"}');
INSERT INTO "edit_change" VALUES(4,0,'cb4deea408e2411e8a5af6457adcb106','path',NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17"}',NULL);
INSERT INTO "edit_change" VALUES(4,1,'cb4deea408e2411e8a5af6457adcb106','code',NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17"}',NULL);
INSERT INTO "edit_change" VALUES(4,2,'cb4deea408e2411e8a5af6457adcb106','board',NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17"}',NULL);
INSERT INTO "edit_change" VALUES(4,3,'cb4deea408e2411e8a5af6457adcb106','end',NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17", "frame": 340, "seconds": 13.6}',NULL);
INSERT INTO "edit_change" VALUES(4,4,'cb4deea408e2411e8a5af6457adcb106','start',NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17", "frame": 300, "seconds": 12.0}',NULL);
INSERT INTO "edit_change" VALUES(4,5,'cb4deea408e2411e8a5af6457adcb106','deleted',NULL,NULL,'{"at_us": 1795220371668981, "person": "Ann", "text": "deleted"}',NULL);
INSERT INTO "edit_change" VALUES(5,0,'cb4deea408e2411e8a5af6457adcb106','deleted',NULL,NULL,NULL,'{"at_us": 1795220371668981, "person": "Ann", "text": "deleted"}');
INSERT INTO "edit_change" VALUES(5,1,'cb4deea408e2411e8a5af6457adcb106','start',NULL,NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17", "frame": 300, "seconds": 12.0}');
INSERT INTO "edit_change" VALUES(5,2,'cb4deea408e2411e8a5af6457adcb106','end',NULL,NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17", "frame": 340, "seconds": 13.6}');
INSERT INTO "edit_change" VALUES(5,3,'cb4deea408e2411e8a5af6457adcb106','board',NULL,NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17"}');
INSERT INTO "edit_change" VALUES(5,4,'cb4deea408e2411e8a5af6457adcb106','code',NULL,NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17"}');
INSERT INTO "edit_change" VALUES(5,5,'cb4deea408e2411e8a5af6457adcb106','path',NULL,NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17"}');
INSERT INTO "edit_change" VALUES(6,0,'cb4deea408e2411e8a5af6457adcb106','path',NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17"}',NULL);
INSERT INTO "edit_change" VALUES(6,1,'cb4deea408e2411e8a5af6457adcb106','code',NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17"}',NULL);
INSERT INTO "edit_change" VALUES(6,2,'cb4deea408e2411e8a5af6457adcb106','board',NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17"}',NULL);
INSERT INTO "edit_change" VALUES(6,3,'cb4deea408e2411e8a5af6457adcb106','end',NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17", "frame": 340, "seconds": 13.6}',NULL);
INSERT INTO "edit_change" VALUES(6,4,'cb4deea408e2411e8a5af6457adcb106','start',NULL,NULL,'{"at_us": 1795220371640088, "run_id": "71fbe15ad2c9454b8fa9d738ebdceb17", "frame": 300, "seconds": 12.0}',NULL);
INSERT INTO "edit_change" VALUES(6,5,'cb4deea408e2411e8a5af6457adcb106','deleted',NULL,NULL,'{"at_us": 1795220371668981, "person": "Ann", "text": "deleted"}',NULL);
INSERT INTO "edit_change" VALUES(7,0,'f60d81ed333f4f16a9ddbc09d2fda12f','keypoint',110,'head',NULL,'{"at_us": 1795296275897685, "person": "Ann", "seconds": 4.4, "x": 2.5, "y": 3.5, "visibility": 2}');
INSERT INTO "edit_change" VALUES(8,0,'f60d81ed333f4f16a9ddbc09d2fda12f','keypoint',111,'neck',NULL,'{"at_us": 1795296275979557, "person": "Ann", "seconds": 4.44, "x": 5.0, "y": 6.0, "visibility": 1}');
INSERT INTO "edit_change" VALUES(9,0,'f60d81ed333f4f16a9ddbc09d2fda12f','keypoint',111,'neck','{"at_us": 1795296275979557, "person": "Ann", "seconds": 4.44, "x": 5.0, "y": 6.0, "visibility": 1}','{"at_us": 1795296276077276, "person": "Ann", "seconds": 4.44, "x": 7.0, "y": 8.0, "visibility": 2}');
INSERT INTO "edit_change" VALUES(10,0,'f60d81ed333f4f16a9ddbc09d2fda12f','keypoint',111,'neck','{"at_us": 1795296276077276, "person": "Ann", "seconds": 4.44, "x": 7.0, "y": 8.0, "visibility": 2}','{"at_us": 1795296275979557, "person": "Ann", "seconds": 4.44, "x": 5.0, "y": 6.0, "visibility": 1}');
INSERT INTO "edit_change" VALUES(11,0,'f60d81ed333f4f16a9ddbc09d2fda12f','keypoint',112,'head',NULL,'{"at_us": 1795318772147580, "person": "Ann", "seconds": 4.48, "x": 1, "y": 1, "visibility": 2, "is_interpolated": true}');
INSERT INTO "edit_change" VALUES(12,0,'f60d81ed333f4f16a9ddbc09d2fda12f','keypoint',112,'neck',NULL,'{"at_us": 1795318772153282, "person": "Ann", "seconds": 4.48, "x": 9, "y": 9, "visibility": 2}');
INSERT INTO "edit_change" VALUES(13,0,'f60d81ed333f4f16a9ddbc09d2fda12f','keypoint',112,'neck','{"at_us": 1795318772153282, "person": "Ann", "seconds": 4.48, "x": 9, "y": 9, "visibility": 2}',NULL);
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
	at_us BIGINT NOT NULL, is_interpolated BOOLEAN NOT NULL DEFAULT FALSE, 
	PRIMARY KEY (dive_id, frame, name), 
	FOREIGN KEY(dive_id) REFERENCES dive (id)
)
 WITHOUT ROWID

;
INSERT INTO "keypoint" VALUES('f60d81ed333f4f16a9ddbc09d2fda12f',110,'head',4.4,2.5,3.5,2,'Ann',1795296275897685,0);
INSERT INTO "keypoint" VALUES('f60d81ed333f4f16a9ddbc09d2fda12f',111,'neck',4.44,5.0,6.0,1,'Ann',1795296275979557,0);
INSERT INTO "keypoint" VALUES('f60d81ed333f4f16a9ddbc09d2fda12f',112,'head',4.48,1.0,1.0,2,'Ann',1795318772147580,1);
CREATE TABLE keypoint_track (
	array_id VARCHAR(32) NOT NULL, 
	dive_id VARCHAR(32) NOT NULL, 
	names TEXT NOT NULL, 
	PRIMARY KEY (array_id), 
	FOREIGN KEY(array_id) REFERENCES bulk_array (id), 
	FOREIGN KEY(dive_id) REFERENCES dive (id)
);
INSERT INTO "keypoint_track" VALUES('c9d8f238d8a5483bbeb681fb41abf7f1','f60d81ed333f4f16a9ddbc09d2fda12f','["head", "neck"]');
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
INSERT INTO "predicted_dive" VALUES('d17da93f64174630b57f49e862651f36','372256a5598043569b75aac15bdba6ad','71fbe15ad2c9454b8fa9d738ebdceb17',100,4.0,140,5.6,NULL,NULL,NULL,0.5,'097d24117f60473c9564db1fba11c795');
INSERT INTO "predicted_dive" VALUES('cec781fd731b4ca1a439d421d7332970','372256a5598043569b75aac15bdba6ad','71fbe15ad2c9454b8fa9d738ebdceb17',300,12.0,340,13.6,NULL,NULL,NULL,0.5,NULL);
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
INSERT INTO "prediction_run" VALUES('71fbe15ad2c9454b8fa9d738ebdceb17','372256a5598043569b75aac15bdba6ad','motion','1.2','abc','{"sensitivity": 0.5}',0,999,'Ann',1795220371640088);
INSERT INTO "prediction_run" VALUES('362dd4593deb4ecd8778ae79099f3e2b','372256a5598043569b75aac15bdba6ad','pose','1',NULL,'{}',110,112,'Ann',1795318772140344);
CREATE TABLE review_format (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "review_format" VALUES(4);
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
INSERT INTO "trajectory" VALUES('097d24117f60473c9564db1fba11c795','372256a5598043569b75aac15bdba6ad','71fbe15ad2c9454b8fa9d738ebdceb17',NULL,4.0,10.0,20.0,50.0,-30.0,400.0,0.125,'{}','fc7694acb3434a30a48fc81fc0c78791','e57953d314964ebc8eb0788dffa4dad0',1,NULL,1795220371640088);
CREATE TABLE undo_step (
	id INTEGER NOT NULL, 
	video_id VARCHAR(32) NOT NULL, 
	text TEXT NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(video_id) REFERENCES video (id)
);
INSERT INTO "undo_step" VALUES(1,'372256a5598043569b75aac15bdba6ad','Set start to frame 104','done');
INSERT INTO "undo_step" VALUES(2,'372256a5598043569b75aac15bdba6ad','Change note','done');
INSERT INTO "undo_step" VALUES(3,'372256a5598043569b75aac15bdba6ad','Delete dive','discarded');
INSERT INTO "undo_step" VALUES(4,'372256a5598043569b75aac15bdba6ad','Move head','done');
INSERT INTO "undo_step" VALUES(5,'372256a5598043569b75aac15bdba6ad','Move neck','done');
INSERT INTO "undo_step" VALUES(6,'372256a5598043569b75aac15bdba6ad','Move neck','discarded');
INSERT INTO "undo_step" VALUES(7,'372256a5598043569b75aac15bdba6ad','Interpolate keypoints in 1 frame','done');
INSERT INTO "undo_step" VALUES(8,'372256a5598043569b75aac15bdba6ad','Move neck','undone');
CREATE TABLE video (
	id VARCHAR(32) NOT NULL, 
	fingerprint VARCHAR(200) NOT NULL, 
	path TEXT NOT NULL, 
	relative_path TEXT, 
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
	at_us BIGINT NOT NULL, is_deinterlaced BOOLEAN NOT NULL DEFAULT FALSE, image_fps FLOAT, 
	PRIMARY KEY (id), 
	UNIQUE (fingerprint)
);
INSERT INTO "video" VALUES('372256a5598043569b75aac15bdba6ad','fingerprint-1','/pool/springboard.mp4','../../pool/springboard.mp4',1000,640,360,40.0,25.0,0,'h264',0,0,0,'Ann',1795220371630430,0,NULL);
INSERT INTO "video" VALUES('6475fe76d22544929add07b490fbba47','fingerprint-2','/pool/fields.ts','../../pool/fields.ts',2000,640,360,40.0,50.0,0,'h264',0,0,0,'Ann',1795220371633334,0,NULL);
CREATE INDEX ix_prediction_run_video_id ON prediction_run (video_id);
CREATE INDEX ix_undo_step_state ON undo_step (video_id, state, id);
CREATE INDEX ix_bulk_array_range ON bulk_array (video_id, kind, first_frame);
CREATE INDEX ix_bulk_array_run_id ON bulk_array (run_id);
CREATE INDEX ix_edit_step_id ON edit (step_id);
CREATE INDEX ix_edit_video_id ON edit (video_id);
CREATE INDEX ix_trajectory_run_id ON trajectory (run_id);
CREATE INDEX ix_trajectory_camera_id ON trajectory (camera_id);
CREATE INDEX ix_trajectory_base_id ON trajectory (base_id);
CREATE INDEX ix_trajectory_video_id ON trajectory (video_id);
CREATE INDEX ix_trajectory_candidates_id ON trajectory (candidates_id);
CREATE INDEX ix_predicted_dive_video_id ON predicted_dive (video_id);
CREATE INDEX ix_predicted_dive_run_id ON predicted_dive (run_id);
CREATE INDEX ix_predicted_dive_trajectory_id ON predicted_dive (trajectory_id);
CREATE INDEX ix_dive_video_id ON dive (video_id);
CREATE INDEX ix_dive_predicted_id ON dive (predicted_id);
CREATE INDEX ix_dive_value_trajectory_id ON dive_value (trajectory_id);
CREATE INDEX ix_keypoint_track_dive_id ON keypoint_track (dive_id);
CREATE INDEX ix_edit_change_dive_id ON edit_change (dive_id);
COMMIT;
