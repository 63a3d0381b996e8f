// @ts-nocheck
/**
 * Generated from schema.ts by ajv: `UPDATE=1 npx vitest run test/plan`. Do not edit. A JSON value goes in, whether it matches comes
 * out, and `errors` says where not.
 */
import type { ErrorObject } from "ajv";

export interface SchemaCheck {
  (value: unknown): boolean;
  errors?: ErrorObject[] | null;
}

const schema6 = {"$schema":"http://json-schema.org/draft-07/schema#","title":"msz plan, version 1","type":"object","properties":{"format":{"const":"msz-plan"},"version":{"const":1},"compiler":{"type":"string","maxLength":1000},"model":{"$ref":"#/definitions/model"},"parameters":{"type":"array","items":{"$ref":"#/definitions/parameter"}},"states":{"type":"array","items":{"$ref":"#/definitions/state"}},"constants":{"type":"array","items":{"$ref":"#/definitions/constant"}},"entries":{"type":"array","items":{"$ref":"#/definitions/entry"}},"targets":{"type":"object","properties":{"wgsl":{"$ref":"#/definitions/wgsl"},"tfjs":{"$ref":"#/definitions/tfjs"}},"required":[],"additionalProperties":false,"minProperties":1}},"required":["format","version","compiler","model","parameters","states","constants","entries","targets"],"additionalProperties":false,"definitions":{"size":{"type":"array","items":{"type":"object","properties":{"times":{"type":"integer","minimum":1,"maximum":281474976710656},"of":{"type":"array","items":{"enum":["B","T","N","S","C"]},"maxItems":8}},"required":["times","of"],"additionalProperties":false},"minItems":1,"maxItems":32},"grid":{"type":"object","properties":{"size":{"$ref":"#/definitions/size"},"per":{"type":"integer","minimum":1,"maximum":2147483647}},"required":["size","per"],"additionalProperties":false},"tensor":{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"dtype":{"enum":["f32","i32","u32"]},"shape":{"type":"array","items":{"type":["integer","string"],"minimum":1,"maximum":2147483647,"pattern":"^[BTNSC]$"},"maxItems":16}},"required":["name","dtype","shape"],"additionalProperties":false},"vocabulary":{"type":"object","required":["kind"],"discriminator":{"propertyName":"kind"},"oneOf":[{"type":"object","properties":{"kind":{"const":"bytes"}},"required":["kind"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"ids"}},"required":["kind"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"characters"},"characters":{"type":"array","items":{"type":"string","minLength":1,"maxLength":2},"uniqueItems":true,"minItems":1}},"required":["kind","characters"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"tokenizer"},"file":{"type":"string","pattern":"^[^/\\\\]*[^/\\\\.][^/\\\\]*$","maxLength":255}},"required":["kind","file"],"additionalProperties":false}]},"initializer":{"type":"object","required":["kind"],"discriminator":{"propertyName":"kind"},"oneOf":[{"type":"object","properties":{"kind":{"const":"zeros"}},"required":["kind"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"ones"}},"required":["kind"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"normal"},"deviation":{"type":"number","minimum":0}},"required":["kind","deviation"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"uniform"},"low":{"type":"number"},"high":{"type":"number"}},"required":["kind","low","high"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"identity_tap"}},"required":["kind"],"additionalProperties":false}]},"model":{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"vocabulary":{"$ref":"#/definitions/vocabulary"},"vocabularySize":{"type":"integer","minimum":1,"maximum":2147483647},"width":{"type":"integer","minimum":1,"maximum":2147483647},"context":{"type":["integer","null"],"minimum":1,"maximum":2147483647},"positionLimit":{"type":["integer","null"],"minimum":1,"maximum":2147483647},"padding":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"begin":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"end":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"unknown":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"generate":{"type":"object","properties":{"temperature":{"type":"number","minimum":0},"topK":{"type":"integer","minimum":0,"maximum":2147483647},"topP":{"type":"number","minimum":0,"maximum":1}},"required":["temperature","topK","topP"],"additionalProperties":false}},"required":["name","vocabulary","vocabularySize","width","context","positionLimit","padding","begin","end","unknown","generate"],"additionalProperties":false},"parameter":{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"shape":{"type":"array","items":{"type":"integer","minimum":1,"maximum":2147483647},"maxItems":16},"initializer":{"$ref":"#/definitions/initializer"}},"required":["name","shape","initializer"],"additionalProperties":false},"state":{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"dtype":{"enum":["f32","i32","u32"]},"shape":{"type":"array","items":{"type":["integer","string"],"minimum":1,"maximum":2147483647,"pattern":"^[BTNSC]$"},"maxItems":16},"class":{"enum":["constant","growing"]}},"required":["name","dtype","shape","class"],"additionalProperties":false},"constant":{"type":"object","properties":{"dtype":{"enum":["f32","i32","u32"]},"shape":{"type":"array","items":{"type":"integer","minimum":1,"maximum":2147483647},"maxItems":16},"data":{"type":"string","pattern":"^[A-Za-z0-9+/]*={0,2}$"}},"required":["dtype","shape","data"],"additionalProperties":false},"entry":{"type":"object","properties":{"name":{"type":"string","pattern":"^[a-z][a-z0-9_]*$","maxLength":100},"chunk":{"type":"integer","minimum":1,"maximum":65536},"inputs":{"type":"array","items":{"$ref":"#/definitions/tensor"}},"outputs":{"type":"array","items":{"$ref":"#/definitions/tensor"}},"states":{"type":"array","items":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500}}},"required":["name","chunk","inputs","outputs","states"],"additionalProperties":false},"binding":{"type":"object","required":["kind"],"discriminator":{"propertyName":"kind"},"oneOf":[{"type":"object","properties":{"kind":{"const":"input"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"output"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"weight"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"constant"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"state"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"buffer"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false}]},"wgslEntry":{"type":"object","properties":{"arenas":{"type":"integer","minimum":0,"maximum":64},"slots":{"type":"array","items":{"type":"object","properties":{"arena":{"type":"integer","minimum":0,"maximum":1000000},"bytes":{"$ref":"#/definitions/size"}},"required":["arena","bytes"],"additionalProperties":false}},"buffers":{"type":"array","items":{"type":"object","properties":{"slot":{"type":"integer","minimum":0,"maximum":1000000},"bytes":{"$ref":"#/definitions/size"},"first":{"type":"integer","minimum":0,"maximum":1000000},"last":{"type":"integer","minimum":0,"maximum":1000000}},"required":["slot","bytes","first","last"],"additionalProperties":false}},"dispatches":{"type":"array","items":{"type":"object","properties":{"kernel":{"type":"integer","minimum":0,"maximum":1000000},"grid":{"type":"array","items":{"$ref":"#/definitions/grid"},"minItems":3,"maxItems":3},"bindings":{"type":"array","items":{"$ref":"#/definitions/binding"},"maxItems":64},"label":{"type":"string","maxLength":1000}},"required":["kernel","grid","bindings","label"],"additionalProperties":false}}},"required":["arenas","slots","buffers","dispatches"],"additionalProperties":false},"wgsl":{"type":"object","properties":{"kernels":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"source":{"type":"string","minLength":1,"maxLength":1000000},"access":{"type":"array","items":{"enum":["read","read_write"]},"maxItems":64}},"required":["name","source","access"],"additionalProperties":false}},"weights":{"type":"array","items":{"type":"object","properties":{"parameter":{"type":"integer","minimum":0,"maximum":1000000},"transposed":{"type":"boolean"}},"required":["parameter","transposed"],"additionalProperties":false}},"entries":{"type":"object","propertyNames":{"type":"string","pattern":"^[a-z][a-z0-9_]*$","maxLength":100},"additionalProperties":{"$ref":"#/definitions/wgslEntry"}},"limits":{"type":"object","properties":{"maxStorageBuffersPerShaderStage":{"type":"integer","minimum":0,"maximum":1000},"maxComputeInvocationsPerWorkgroup":{"type":"integer","minimum":1,"maximum":65536},"maxComputeWorkgroupStorageSize":{"type":"integer","minimum":0,"maximum":16777216}},"required":["maxStorageBuffersPerShaderStage","maxComputeInvocationsPerWorkgroup","maxComputeWorkgroupStorageSize"],"additionalProperties":false}},"required":["kernels","weights","entries","limits"],"additionalProperties":false},"attribute":{"type":["number","string","boolean","array"],"items":{"type":["number","string"]}},"tfjsEntry":{"type":"object","properties":{"values":{"type":"integer","minimum":0,"maximum":1000000},"steps":{"type":"array","items":{"type":"object","properties":{"op":{"type":"string","pattern":"^[a-z][a-z0-9_]*$","maxLength":100},"in":{"type":"array","items":{"type":"integer","minimum":0,"maximum":1000000},"maxItems":64},"out":{"type":"integer","minimum":0,"maximum":1000000},"attrs":{"type":"object","additionalProperties":{"$ref":"#/definitions/attribute"}},"free":{"type":"array","items":{"type":"integer","minimum":0,"maximum":1000000}}},"required":["op","in","out"],"additionalProperties":false}},"outputs":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"value":{"type":"integer","minimum":0,"maximum":1000000}},"required":["name","value"],"additionalProperties":false}},"stateUpdates":{"type":"array","items":{"type":"object","properties":{"state":{"type":"integer","minimum":0,"maximum":1000000},"value":{"type":"integer","minimum":0,"maximum":1000000}},"required":["state","value"],"additionalProperties":false}}},"required":["values","steps","outputs","stateUpdates"],"additionalProperties":false},"tfjs":{"type":"object","properties":{"entries":{"type":"object","propertyNames":{"type":"string","pattern":"^[a-z][a-z0-9_]*$","maxLength":100},"additionalProperties":{"$ref":"#/definitions/tfjsEntry"}}},"required":["entries"],"additionalProperties":false}}};
const func2 = Object.prototype.hasOwnProperty;
const schema7 = {"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"vocabulary":{"$ref":"#/definitions/vocabulary"},"vocabularySize":{"type":"integer","minimum":1,"maximum":2147483647},"width":{"type":"integer","minimum":1,"maximum":2147483647},"context":{"type":["integer","null"],"minimum":1,"maximum":2147483647},"positionLimit":{"type":["integer","null"],"minimum":1,"maximum":2147483647},"padding":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"begin":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"end":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"unknown":{"type":["integer","null"],"minimum":0,"maximum":2147483647},"generate":{"type":"object","properties":{"temperature":{"type":"number","minimum":0},"topK":{"type":"integer","minimum":0,"maximum":2147483647},"topP":{"type":"number","minimum":0,"maximum":1}},"required":["temperature","topK","topP"],"additionalProperties":false}},"required":["name","vocabulary","vocabularySize","width","context","positionLimit","padding","begin","end","unknown","generate"],"additionalProperties":false};
const pattern0 = new RegExp("^[A-Za-z_][A-Za-z0-9_.]*$", "u");
const schema8 = {"type":"object","required":["kind"],"discriminator":{"propertyName":"kind"},"oneOf":[{"type":"object","properties":{"kind":{"const":"bytes"}},"required":["kind"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"ids"}},"required":["kind"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"characters"},"characters":{"type":"array","items":{"type":"string","minLength":1,"maxLength":2},"uniqueItems":true,"minItems":1}},"required":["kind","characters"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"tokenizer"},"file":{"type":"string","pattern":"^[^/\\\\]*[^/\\\\.][^/\\\\]*$","maxLength":255}},"required":["kind","file"],"additionalProperties":false}]};
const pattern1 = new RegExp("^[^/\\\\]*[^/\\\\.][^/\\\\]*$", "u");

function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.kind === undefined) && (missing0 = "kind")){
validate23.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const tag0 = data.kind;
if(typeof tag0 == "string"){
if(tag0 === "bytes"){
const _errs2 = errors;
if(errors === _errs2){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if((data.kind === undefined) && (missing1 = "kind")){
validate23.errors = [{instancePath,schemaPath:"#/oneOf/0/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs4 = errors;
for(const key0 in data){
if(!(key0 === "kind")){
validate23.errors = [{instancePath,schemaPath:"#/oneOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs4 === errors){
if(data.kind !== undefined){
if("bytes" !== data.kind){
validate23.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/oneOf/0/properties/kind/const",keyword:"const",params:{allowedValue: "bytes"},message:"must be equal to constant"}];
return false;
}
}
}
}
}
else {
validate23.errors = [{instancePath,schemaPath:"#/oneOf/0/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "ids"){
const _errs6 = errors;
if(errors === _errs6){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing2;
if((data.kind === undefined) && (missing2 = "kind")){
validate23.errors = [{instancePath,schemaPath:"#/oneOf/1/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs8 = errors;
for(const key1 in data){
if(!(key1 === "kind")){
validate23.errors = [{instancePath,schemaPath:"#/oneOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs8 === errors){
if(data.kind !== undefined){
if("ids" !== data.kind){
validate23.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/oneOf/1/properties/kind/const",keyword:"const",params:{allowedValue: "ids"},message:"must be equal to constant"}];
return false;
}
}
}
}
}
else {
validate23.errors = [{instancePath,schemaPath:"#/oneOf/1/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "characters"){
const _errs10 = errors;
if(errors === _errs10){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing3;
if(((data.kind === undefined) && (missing3 = "kind")) || ((data.characters === undefined) && (missing3 = "characters"))){
validate23.errors = [{instancePath,schemaPath:"#/oneOf/2/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs12 = errors;
for(const key2 in data){
if(!((key2 === "kind") || (key2 === "characters"))){
validate23.errors = [{instancePath,schemaPath:"#/oneOf/2/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs12 === errors){
if(data.kind !== undefined){
const _errs13 = errors;
if("characters" !== data.kind){
validate23.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/oneOf/2/properties/kind/const",keyword:"const",params:{allowedValue: "characters"},message:"must be equal to constant"}];
return false;
}
var valid6 = _errs13 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data.characters !== undefined){
let data3 = data.characters;
const _errs14 = errors;
if(errors === _errs14){
if(Array.isArray(data3)){
if(data3.length < 1){
validate23.errors = [{instancePath:instancePath+"/characters",schemaPath:"#/oneOf/2/properties/characters/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid7 = true;
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
let data4 = data3[i0];
const _errs16 = errors;
if(errors === _errs16){
if(typeof data4 === "string"){
if(data4.length > 2){
validate23.errors = [{instancePath:instancePath+"/characters/" + i0,schemaPath:"#/oneOf/2/properties/characters/items/maxLength",keyword:"maxLength",params:{limit: 2},message:"must NOT have more than 2 characters"}];
return false;
}
else {
if(data4.length < 1){
validate23.errors = [{instancePath:instancePath+"/characters/" + i0,schemaPath:"#/oneOf/2/properties/characters/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
}
else {
validate23.errors = [{instancePath:instancePath+"/characters/" + i0,schemaPath:"#/oneOf/2/properties/characters/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid7 = _errs16 === errors;
if(!valid7){
break;
}
}
if(valid7){
let i1 = data3.length;
let j0;
if(i1 > 1){
const indices0 = {};
for(;i1--;){
let item0 = data3[i1];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
validate23.errors = [{instancePath:instancePath+"/characters",schemaPath:"#/oneOf/2/properties/characters/uniqueItems",keyword:"uniqueItems",params:{i: i1, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i1+" are identical)"}];
return false;
break;
}
indices0[item0] = i1;
}
}
}
}
}
else {
validate23.errors = [{instancePath:instancePath+"/characters",schemaPath:"#/oneOf/2/properties/characters/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid6 = _errs14 === errors;
}
else {
var valid6 = true;
}
}
}
}
}
else {
validate23.errors = [{instancePath,schemaPath:"#/oneOf/2/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "tokenizer"){
const _errs18 = errors;
if(errors === _errs18){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing4;
if(((data.kind === undefined) && (missing4 = "kind")) || ((data.file === undefined) && (missing4 = "file"))){
validate23.errors = [{instancePath,schemaPath:"#/oneOf/3/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'"}];
return false;
}
else {
const _errs20 = errors;
for(const key3 in data){
if(!((key3 === "kind") || (key3 === "file"))){
validate23.errors = [{instancePath,schemaPath:"#/oneOf/3/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs20 === errors){
if(data.kind !== undefined){
const _errs21 = errors;
if("tokenizer" !== data.kind){
validate23.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/oneOf/3/properties/kind/const",keyword:"const",params:{allowedValue: "tokenizer"},message:"must be equal to constant"}];
return false;
}
var valid10 = _errs21 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data.file !== undefined){
let data6 = data.file;
const _errs22 = errors;
if(errors === _errs22){
if(typeof data6 === "string"){
if(data6.length > 255){
validate23.errors = [{instancePath:instancePath+"/file",schemaPath:"#/oneOf/3/properties/file/maxLength",keyword:"maxLength",params:{limit: 255},message:"must NOT have more than 255 characters"}];
return false;
}
else {
if(!pattern1.test(data6)){
validate23.errors = [{instancePath:instancePath+"/file",schemaPath:"#/oneOf/3/properties/file/pattern",keyword:"pattern",params:{pattern: "^[^/\\\\]*[^/\\\\.][^/\\\\]*$"},message:"must match pattern \""+"^[^/\\\\]*[^/\\\\.][^/\\\\]*$"+"\""}];
return false;
}
}
}
else {
validate23.errors = [{instancePath:instancePath+"/file",schemaPath:"#/oneOf/3/properties/file/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid10 = _errs22 === errors;
}
else {
var valid10 = true;
}
}
}
}
}
else {
validate23.errors = [{instancePath,schemaPath:"#/oneOf/3/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else {
validate23.errors = [{instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "mapping", tag: "kind", tagValue: tag0},message:"value of tag \"kind\" must be in oneOf"}];
return false;
}
}
else {
validate23.errors = [{instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "tag", tag: "kind", tagValue: tag0},message:"tag \"kind\" must be string"}];
return false;
}
}
}
else {
validate23.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate23.errors = vErrors;
return errors === 0;
}


function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((((((data.name === undefined) && (missing0 = "name")) || ((data.vocabulary === undefined) && (missing0 = "vocabulary"))) || ((data.vocabularySize === undefined) && (missing0 = "vocabularySize"))) || ((data.width === undefined) && (missing0 = "width"))) || ((data.context === undefined) && (missing0 = "context"))) || ((data.positionLimit === undefined) && (missing0 = "positionLimit"))) || ((data.padding === undefined) && (missing0 = "padding"))) || ((data.begin === undefined) && (missing0 = "begin"))) || ((data.end === undefined) && (missing0 = "end"))) || ((data.unknown === undefined) && (missing0 = "unknown"))) || ((data.generate === undefined) && (missing0 = "generate"))){
validate22.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func2.call(schema7.properties, key0))){
validate22.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.name !== undefined){
let data0 = data.name;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(data0.length > 500){
validate22.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"}];
return false;
}
else {
if(!pattern0.test(data0)){
validate22.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_.]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_.]*$"+"\""}];
return false;
}
}
}
else {
validate22.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.vocabulary !== undefined){
const _errs4 = errors;
if(!(validate23(data.vocabulary, {instancePath:instancePath+"/vocabulary",parentData:data,parentDataProperty:"vocabulary",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.vocabularySize !== undefined){
let data2 = data.vocabularySize;
const _errs5 = errors;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
validate22.errors = [{instancePath:instancePath+"/vocabularySize",schemaPath:"#/properties/vocabularySize/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs5){
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 2147483647 || isNaN(data2)){
validate22.errors = [{instancePath:instancePath+"/vocabularySize",schemaPath:"#/properties/vocabularySize/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data2 < 1 || isNaN(data2)){
validate22.errors = [{instancePath:instancePath+"/vocabularySize",schemaPath:"#/properties/vocabularySize/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.width !== undefined){
let data3 = data.width;
const _errs7 = errors;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
validate22.errors = [{instancePath:instancePath+"/width",schemaPath:"#/properties/width/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs7){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 2147483647 || isNaN(data3)){
validate22.errors = [{instancePath:instancePath+"/width",schemaPath:"#/properties/width/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data3 < 1 || isNaN(data3)){
validate22.errors = [{instancePath:instancePath+"/width",schemaPath:"#/properties/width/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.context !== undefined){
let data4 = data.context;
const _errs9 = errors;
if((!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))) && (data4 !== null)){
validate22.errors = [{instancePath:instancePath+"/context",schemaPath:"#/properties/context/type",keyword:"type",params:{type: schema7.properties.context.type},message:"must be integer,null"}];
return false;
}
if(errors === _errs9){
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 2147483647 || isNaN(data4)){
validate22.errors = [{instancePath:instancePath+"/context",schemaPath:"#/properties/context/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data4 < 1 || isNaN(data4)){
validate22.errors = [{instancePath:instancePath+"/context",schemaPath:"#/properties/context/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.positionLimit !== undefined){
let data5 = data.positionLimit;
const _errs11 = errors;
if((!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))) && (data5 !== null)){
validate22.errors = [{instancePath:instancePath+"/positionLimit",schemaPath:"#/properties/positionLimit/type",keyword:"type",params:{type: schema7.properties.positionLimit.type},message:"must be integer,null"}];
return false;
}
if(errors === _errs11){
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 2147483647 || isNaN(data5)){
validate22.errors = [{instancePath:instancePath+"/positionLimit",schemaPath:"#/properties/positionLimit/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data5 < 1 || isNaN(data5)){
validate22.errors = [{instancePath:instancePath+"/positionLimit",schemaPath:"#/properties/positionLimit/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid0 = _errs11 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.padding !== undefined){
let data6 = data.padding;
const _errs13 = errors;
if((!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))) && (data6 !== null)){
validate22.errors = [{instancePath:instancePath+"/padding",schemaPath:"#/properties/padding/type",keyword:"type",params:{type: schema7.properties.padding.type},message:"must be integer,null"}];
return false;
}
if(errors === _errs13){
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 2147483647 || isNaN(data6)){
validate22.errors = [{instancePath:instancePath+"/padding",schemaPath:"#/properties/padding/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data6 < 0 || isNaN(data6)){
validate22.errors = [{instancePath:instancePath+"/padding",schemaPath:"#/properties/padding/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.begin !== undefined){
let data7 = data.begin;
const _errs15 = errors;
if((!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))) && (data7 !== null)){
validate22.errors = [{instancePath:instancePath+"/begin",schemaPath:"#/properties/begin/type",keyword:"type",params:{type: schema7.properties.begin.type},message:"must be integer,null"}];
return false;
}
if(errors === _errs15){
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 > 2147483647 || isNaN(data7)){
validate22.errors = [{instancePath:instancePath+"/begin",schemaPath:"#/properties/begin/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data7 < 0 || isNaN(data7)){
validate22.errors = [{instancePath:instancePath+"/begin",schemaPath:"#/properties/begin/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs15 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.end !== undefined){
let data8 = data.end;
const _errs17 = errors;
if((!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))) && (data8 !== null)){
validate22.errors = [{instancePath:instancePath+"/end",schemaPath:"#/properties/end/type",keyword:"type",params:{type: schema7.properties.end.type},message:"must be integer,null"}];
return false;
}
if(errors === _errs17){
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 2147483647 || isNaN(data8)){
validate22.errors = [{instancePath:instancePath+"/end",schemaPath:"#/properties/end/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data8 < 0 || isNaN(data8)){
validate22.errors = [{instancePath:instancePath+"/end",schemaPath:"#/properties/end/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs17 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.unknown !== undefined){
let data9 = data.unknown;
const _errs19 = errors;
if((!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))) && (data9 !== null)){
validate22.errors = [{instancePath:instancePath+"/unknown",schemaPath:"#/properties/unknown/type",keyword:"type",params:{type: schema7.properties.unknown.type},message:"must be integer,null"}];
return false;
}
if(errors === _errs19){
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 > 2147483647 || isNaN(data9)){
validate22.errors = [{instancePath:instancePath+"/unknown",schemaPath:"#/properties/unknown/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data9 < 0 || isNaN(data9)){
validate22.errors = [{instancePath:instancePath+"/unknown",schemaPath:"#/properties/unknown/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs19 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.generate !== undefined){
let data10 = data.generate;
const _errs21 = errors;
if(errors === _errs21){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
let missing1;
if((((data10.temperature === undefined) && (missing1 = "temperature")) || ((data10.topK === undefined) && (missing1 = "topK"))) || ((data10.topP === undefined) && (missing1 = "topP"))){
validate22.errors = [{instancePath:instancePath+"/generate",schemaPath:"#/properties/generate/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs23 = errors;
for(const key1 in data10){
if(!(((key1 === "temperature") || (key1 === "topK")) || (key1 === "topP"))){
validate22.errors = [{instancePath:instancePath+"/generate",schemaPath:"#/properties/generate/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs23 === errors){
if(data10.temperature !== undefined){
let data11 = data10.temperature;
const _errs24 = errors;
if(errors === _errs24){
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 < 0 || isNaN(data11)){
validate22.errors = [{instancePath:instancePath+"/generate/temperature",schemaPath:"#/properties/generate/properties/temperature/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
else {
validate22.errors = [{instancePath:instancePath+"/generate/temperature",schemaPath:"#/properties/generate/properties/temperature/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid1 = _errs24 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data10.topK !== undefined){
let data12 = data10.topK;
const _errs26 = errors;
if(!(((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12))) && (isFinite(data12)))){
validate22.errors = [{instancePath:instancePath+"/generate/topK",schemaPath:"#/properties/generate/properties/topK/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs26){
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 > 2147483647 || isNaN(data12)){
validate22.errors = [{instancePath:instancePath+"/generate/topK",schemaPath:"#/properties/generate/properties/topK/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data12 < 0 || isNaN(data12)){
validate22.errors = [{instancePath:instancePath+"/generate/topK",schemaPath:"#/properties/generate/properties/topK/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid1 = _errs26 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data10.topP !== undefined){
let data13 = data10.topP;
const _errs28 = errors;
if(errors === _errs28){
if((typeof data13 == "number") && (isFinite(data13))){
if(data13 > 1 || isNaN(data13)){
validate22.errors = [{instancePath:instancePath+"/generate/topP",schemaPath:"#/properties/generate/properties/topP/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1},message:"must be <= 1"}];
return false;
}
else {
if(data13 < 0 || isNaN(data13)){
validate22.errors = [{instancePath:instancePath+"/generate/topP",schemaPath:"#/properties/generate/properties/topP/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
else {
validate22.errors = [{instancePath:instancePath+"/generate/topP",schemaPath:"#/properties/generate/properties/topP/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid1 = _errs28 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
}
else {
validate22.errors = [{instancePath:instancePath+"/generate",schemaPath:"#/properties/generate/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs21 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate22.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate22.errors = vErrors;
return errors === 0;
}

const schema9 = {"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"shape":{"type":"array","items":{"type":"integer","minimum":1,"maximum":2147483647},"maxItems":16},"initializer":{"$ref":"#/definitions/initializer"}},"required":["name","shape","initializer"],"additionalProperties":false};
const schema10 = {"type":"object","required":["kind"],"discriminator":{"propertyName":"kind"},"oneOf":[{"type":"object","properties":{"kind":{"const":"zeros"}},"required":["kind"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"ones"}},"required":["kind"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"normal"},"deviation":{"type":"number","minimum":0}},"required":["kind","deviation"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"uniform"},"low":{"type":"number"},"high":{"type":"number"}},"required":["kind","low","high"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"identity_tap"}},"required":["kind"],"additionalProperties":false}]};

function validate27(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.kind === undefined) && (missing0 = "kind")){
validate27.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const tag0 = data.kind;
if(typeof tag0 == "string"){
if(tag0 === "zeros"){
const _errs2 = errors;
if(errors === _errs2){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if((data.kind === undefined) && (missing1 = "kind")){
validate27.errors = [{instancePath,schemaPath:"#/oneOf/0/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs4 = errors;
for(const key0 in data){
if(!(key0 === "kind")){
validate27.errors = [{instancePath,schemaPath:"#/oneOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs4 === errors){
if(data.kind !== undefined){
if("zeros" !== data.kind){
validate27.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/oneOf/0/properties/kind/const",keyword:"const",params:{allowedValue: "zeros"},message:"must be equal to constant"}];
return false;
}
}
}
}
}
else {
validate27.errors = [{instancePath,schemaPath:"#/oneOf/0/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "ones"){
const _errs6 = errors;
if(errors === _errs6){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing2;
if((data.kind === undefined) && (missing2 = "kind")){
validate27.errors = [{instancePath,schemaPath:"#/oneOf/1/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs8 = errors;
for(const key1 in data){
if(!(key1 === "kind")){
validate27.errors = [{instancePath,schemaPath:"#/oneOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs8 === errors){
if(data.kind !== undefined){
if("ones" !== data.kind){
validate27.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/oneOf/1/properties/kind/const",keyword:"const",params:{allowedValue: "ones"},message:"must be equal to constant"}];
return false;
}
}
}
}
}
else {
validate27.errors = [{instancePath,schemaPath:"#/oneOf/1/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "normal"){
const _errs10 = errors;
if(errors === _errs10){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing3;
if(((data.kind === undefined) && (missing3 = "kind")) || ((data.deviation === undefined) && (missing3 = "deviation"))){
validate27.errors = [{instancePath,schemaPath:"#/oneOf/2/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs12 = errors;
for(const key2 in data){
if(!((key2 === "kind") || (key2 === "deviation"))){
validate27.errors = [{instancePath,schemaPath:"#/oneOf/2/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs12 === errors){
if(data.kind !== undefined){
const _errs13 = errors;
if("normal" !== data.kind){
validate27.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/oneOf/2/properties/kind/const",keyword:"const",params:{allowedValue: "normal"},message:"must be equal to constant"}];
return false;
}
var valid6 = _errs13 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data.deviation !== undefined){
let data3 = data.deviation;
const _errs14 = errors;
if(errors === _errs14){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 < 0 || isNaN(data3)){
validate27.errors = [{instancePath:instancePath+"/deviation",schemaPath:"#/oneOf/2/properties/deviation/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
else {
validate27.errors = [{instancePath:instancePath+"/deviation",schemaPath:"#/oneOf/2/properties/deviation/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid6 = _errs14 === errors;
}
else {
var valid6 = true;
}
}
}
}
}
else {
validate27.errors = [{instancePath,schemaPath:"#/oneOf/2/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "uniform"){
const _errs16 = errors;
if(errors === _errs16){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing4;
if((((data.kind === undefined) && (missing4 = "kind")) || ((data.low === undefined) && (missing4 = "low"))) || ((data.high === undefined) && (missing4 = "high"))){
validate27.errors = [{instancePath,schemaPath:"#/oneOf/3/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'"}];
return false;
}
else {
const _errs18 = errors;
for(const key3 in data){
if(!(((key3 === "kind") || (key3 === "low")) || (key3 === "high"))){
validate27.errors = [{instancePath,schemaPath:"#/oneOf/3/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs18 === errors){
if(data.kind !== undefined){
const _errs19 = errors;
if("uniform" !== data.kind){
validate27.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/oneOf/3/properties/kind/const",keyword:"const",params:{allowedValue: "uniform"},message:"must be equal to constant"}];
return false;
}
var valid8 = _errs19 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data.low !== undefined){
let data5 = data.low;
const _errs20 = errors;
if(!((typeof data5 == "number") && (isFinite(data5)))){
validate27.errors = [{instancePath:instancePath+"/low",schemaPath:"#/oneOf/3/properties/low/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
var valid8 = _errs20 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data.high !== undefined){
let data6 = data.high;
const _errs22 = errors;
if(!((typeof data6 == "number") && (isFinite(data6)))){
validate27.errors = [{instancePath:instancePath+"/high",schemaPath:"#/oneOf/3/properties/high/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
var valid8 = _errs22 === errors;
}
else {
var valid8 = true;
}
}
}
}
}
}
else {
validate27.errors = [{instancePath,schemaPath:"#/oneOf/3/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "identity_tap"){
const _errs24 = errors;
if(errors === _errs24){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing5;
if((data.kind === undefined) && (missing5 = "kind")){
validate27.errors = [{instancePath,schemaPath:"#/oneOf/4/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'"}];
return false;
}
else {
const _errs26 = errors;
for(const key4 in data){
if(!(key4 === "kind")){
validate27.errors = [{instancePath,schemaPath:"#/oneOf/4/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs26 === errors){
if(data.kind !== undefined){
if("identity_tap" !== data.kind){
validate27.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/oneOf/4/properties/kind/const",keyword:"const",params:{allowedValue: "identity_tap"},message:"must be equal to constant"}];
return false;
}
}
}
}
}
else {
validate27.errors = [{instancePath,schemaPath:"#/oneOf/4/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else {
validate27.errors = [{instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "mapping", tag: "kind", tagValue: tag0},message:"value of tag \"kind\" must be in oneOf"}];
return false;
}
}
else {
validate27.errors = [{instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "tag", tag: "kind", tagValue: tag0},message:"tag \"kind\" must be string"}];
return false;
}
}
}
else {
validate27.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate27.errors = vErrors;
return errors === 0;
}


function validate26(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.name === undefined) && (missing0 = "name")) || ((data.shape === undefined) && (missing0 = "shape"))) || ((data.initializer === undefined) && (missing0 = "initializer"))){
validate26.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "name") || (key0 === "shape")) || (key0 === "initializer"))){
validate26.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.name !== undefined){
let data0 = data.name;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(data0.length > 500){
validate26.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"}];
return false;
}
else {
if(!pattern0.test(data0)){
validate26.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_.]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_.]*$"+"\""}];
return false;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.shape !== undefined){
let data1 = data.shape;
const _errs4 = errors;
if(errors === _errs4){
if(Array.isArray(data1)){
if(data1.length > 16){
validate26.errors = [{instancePath:instancePath+"/shape",schemaPath:"#/properties/shape/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items"}];
return false;
}
else {
var valid1 = true;
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
const _errs6 = errors;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
validate26.errors = [{instancePath:instancePath+"/shape/" + i0,schemaPath:"#/properties/shape/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs6){
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 2147483647 || isNaN(data2)){
validate26.errors = [{instancePath:instancePath+"/shape/" + i0,schemaPath:"#/properties/shape/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data2 < 1 || isNaN(data2)){
validate26.errors = [{instancePath:instancePath+"/shape/" + i0,schemaPath:"#/properties/shape/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid1 = _errs6 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/shape",schemaPath:"#/properties/shape/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.initializer !== undefined){
const _errs8 = errors;
if(!(validate27(data.initializer, {instancePath:instancePath+"/initializer",parentData:data,parentDataProperty:"initializer",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
else {
validate26.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate26.errors = vErrors;
return errors === 0;
}

const schema11 = {"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"dtype":{"enum":["f32","i32","u32"]},"shape":{"type":"array","items":{"type":["integer","string"],"minimum":1,"maximum":2147483647,"pattern":"^[BTNSC]$"},"maxItems":16},"class":{"enum":["constant","growing"]}},"required":["name","dtype","shape","class"],"additionalProperties":false};
const pattern4 = new RegExp("^[BTNSC]$", "u");

function validate30(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.name === undefined) && (missing0 = "name")) || ((data.dtype === undefined) && (missing0 = "dtype"))) || ((data.shape === undefined) && (missing0 = "shape"))) || ((data.class === undefined) && (missing0 = "class"))){
validate30.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "name") || (key0 === "dtype")) || (key0 === "shape")) || (key0 === "class"))){
validate30.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.name !== undefined){
let data0 = data.name;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(data0.length > 500){
validate30.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"}];
return false;
}
else {
if(!pattern0.test(data0)){
validate30.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_.]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_.]*$"+"\""}];
return false;
}
}
}
else {
validate30.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.dtype !== undefined){
let data1 = data.dtype;
const _errs4 = errors;
if(!(((data1 === "f32") || (data1 === "i32")) || (data1 === "u32"))){
validate30.errors = [{instancePath:instancePath+"/dtype",schemaPath:"#/properties/dtype/enum",keyword:"enum",params:{allowedValues: schema11.properties.dtype.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.shape !== undefined){
let data2 = data.shape;
const _errs5 = errors;
if(errors === _errs5){
if(Array.isArray(data2)){
if(data2.length > 16){
validate30.errors = [{instancePath:instancePath+"/shape",schemaPath:"#/properties/shape/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items"}];
return false;
}
else {
var valid1 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
const _errs7 = errors;
if((!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))) && (typeof data3 !== "string")){
validate30.errors = [{instancePath:instancePath+"/shape/" + i0,schemaPath:"#/properties/shape/items/type",keyword:"type",params:{type: schema11.properties.shape.items.type},message:"must be integer,string"}];
return false;
}
if(errors === _errs7){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 2147483647 || isNaN(data3)){
validate30.errors = [{instancePath:instancePath+"/shape/" + i0,schemaPath:"#/properties/shape/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data3 < 1 || isNaN(data3)){
validate30.errors = [{instancePath:instancePath+"/shape/" + i0,schemaPath:"#/properties/shape/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
if(errors === _errs7){
if(typeof data3 === "string"){
if(!pattern4.test(data3)){
validate30.errors = [{instancePath:instancePath+"/shape/" + i0,schemaPath:"#/properties/shape/items/pattern",keyword:"pattern",params:{pattern: "^[BTNSC]$"},message:"must match pattern \""+"^[BTNSC]$"+"\""}];
return false;
}
}
}
}
var valid1 = _errs7 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate30.errors = [{instancePath:instancePath+"/shape",schemaPath:"#/properties/shape/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.class !== undefined){
let data4 = data.class;
const _errs9 = errors;
if(!((data4 === "constant") || (data4 === "growing"))){
validate30.errors = [{instancePath:instancePath+"/class",schemaPath:"#/properties/class/enum",keyword:"enum",params:{allowedValues: schema11.properties.class.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
else {
validate30.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate30.errors = vErrors;
return errors === 0;
}

const schema12 = {"type":"object","properties":{"dtype":{"enum":["f32","i32","u32"]},"shape":{"type":"array","items":{"type":"integer","minimum":1,"maximum":2147483647},"maxItems":16},"data":{"type":"string","pattern":"^[A-Za-z0-9+/]*={0,2}$"}},"required":["dtype","shape","data"],"additionalProperties":false};
const pattern5 = new RegExp("^[A-Za-z0-9+/]*={0,2}$", "u");

function validate32(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.dtype === undefined) && (missing0 = "dtype")) || ((data.shape === undefined) && (missing0 = "shape"))) || ((data.data === undefined) && (missing0 = "data"))){
validate32.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "dtype") || (key0 === "shape")) || (key0 === "data"))){
validate32.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.dtype !== undefined){
let data0 = data.dtype;
const _errs2 = errors;
if(!(((data0 === "f32") || (data0 === "i32")) || (data0 === "u32"))){
validate32.errors = [{instancePath:instancePath+"/dtype",schemaPath:"#/properties/dtype/enum",keyword:"enum",params:{allowedValues: schema12.properties.dtype.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.shape !== undefined){
let data1 = data.shape;
const _errs3 = errors;
if(errors === _errs3){
if(Array.isArray(data1)){
if(data1.length > 16){
validate32.errors = [{instancePath:instancePath+"/shape",schemaPath:"#/properties/shape/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items"}];
return false;
}
else {
var valid1 = true;
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
const _errs5 = errors;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
validate32.errors = [{instancePath:instancePath+"/shape/" + i0,schemaPath:"#/properties/shape/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs5){
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 2147483647 || isNaN(data2)){
validate32.errors = [{instancePath:instancePath+"/shape/" + i0,schemaPath:"#/properties/shape/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data2 < 1 || isNaN(data2)){
validate32.errors = [{instancePath:instancePath+"/shape/" + i0,schemaPath:"#/properties/shape/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid1 = _errs5 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate32.errors = [{instancePath:instancePath+"/shape",schemaPath:"#/properties/shape/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.data !== undefined){
let data3 = data.data;
const _errs7 = errors;
if(errors === _errs7){
if(typeof data3 === "string"){
if(!pattern5.test(data3)){
validate32.errors = [{instancePath:instancePath+"/data",schemaPath:"#/properties/data/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9+/]*={0,2}$"},message:"must match pattern \""+"^[A-Za-z0-9+/]*={0,2}$"+"\""}];
return false;
}
}
else {
validate32.errors = [{instancePath:instancePath+"/data",schemaPath:"#/properties/data/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
else {
validate32.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate32.errors = vErrors;
return errors === 0;
}

const schema13 = {"type":"object","properties":{"name":{"type":"string","pattern":"^[a-z][a-z0-9_]*$","maxLength":100},"chunk":{"type":"integer","minimum":1,"maximum":65536},"inputs":{"type":"array","items":{"$ref":"#/definitions/tensor"}},"outputs":{"type":"array","items":{"$ref":"#/definitions/tensor"}},"states":{"type":"array","items":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500}}},"required":["name","chunk","inputs","outputs","states"],"additionalProperties":false};
const pattern6 = new RegExp("^[a-z][a-z0-9_]*$", "u");
const schema14 = {"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"dtype":{"enum":["f32","i32","u32"]},"shape":{"type":"array","items":{"type":["integer","string"],"minimum":1,"maximum":2147483647,"pattern":"^[BTNSC]$"},"maxItems":16}},"required":["name","dtype","shape"],"additionalProperties":false};

function validate35(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.name === undefined) && (missing0 = "name")) || ((data.dtype === undefined) && (missing0 = "dtype"))) || ((data.shape === undefined) && (missing0 = "shape"))){
validate35.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((key0 === "name") || (key0 === "dtype")) || (key0 === "shape"))){
validate35.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.name !== undefined){
let data0 = data.name;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(data0.length > 500){
validate35.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"}];
return false;
}
else {
if(!pattern0.test(data0)){
validate35.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_.]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_.]*$"+"\""}];
return false;
}
}
}
else {
validate35.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.dtype !== undefined){
let data1 = data.dtype;
const _errs4 = errors;
if(!(((data1 === "f32") || (data1 === "i32")) || (data1 === "u32"))){
validate35.errors = [{instancePath:instancePath+"/dtype",schemaPath:"#/properties/dtype/enum",keyword:"enum",params:{allowedValues: schema14.properties.dtype.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.shape !== undefined){
let data2 = data.shape;
const _errs5 = errors;
if(errors === _errs5){
if(Array.isArray(data2)){
if(data2.length > 16){
validate35.errors = [{instancePath:instancePath+"/shape",schemaPath:"#/properties/shape/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items"}];
return false;
}
else {
var valid1 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
const _errs7 = errors;
if((!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))) && (typeof data3 !== "string")){
validate35.errors = [{instancePath:instancePath+"/shape/" + i0,schemaPath:"#/properties/shape/items/type",keyword:"type",params:{type: schema14.properties.shape.items.type},message:"must be integer,string"}];
return false;
}
if(errors === _errs7){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 2147483647 || isNaN(data3)){
validate35.errors = [{instancePath:instancePath+"/shape/" + i0,schemaPath:"#/properties/shape/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data3 < 1 || isNaN(data3)){
validate35.errors = [{instancePath:instancePath+"/shape/" + i0,schemaPath:"#/properties/shape/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
if(errors === _errs7){
if(typeof data3 === "string"){
if(!pattern4.test(data3)){
validate35.errors = [{instancePath:instancePath+"/shape/" + i0,schemaPath:"#/properties/shape/items/pattern",keyword:"pattern",params:{pattern: "^[BTNSC]$"},message:"must match pattern \""+"^[BTNSC]$"+"\""}];
return false;
}
}
}
}
var valid1 = _errs7 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate35.errors = [{instancePath:instancePath+"/shape",schemaPath:"#/properties/shape/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
else {
validate35.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate35.errors = vErrors;
return errors === 0;
}


function validate34(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((data.name === undefined) && (missing0 = "name")) || ((data.chunk === undefined) && (missing0 = "chunk"))) || ((data.inputs === undefined) && (missing0 = "inputs"))) || ((data.outputs === undefined) && (missing0 = "outputs"))) || ((data.states === undefined) && (missing0 = "states"))){
validate34.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(((((key0 === "name") || (key0 === "chunk")) || (key0 === "inputs")) || (key0 === "outputs")) || (key0 === "states"))){
validate34.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.name !== undefined){
let data0 = data.name;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(data0.length > 100){
validate34.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters"}];
return false;
}
else {
if(!pattern6.test(data0)){
validate34.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9_]*$"},message:"must match pattern \""+"^[a-z][a-z0-9_]*$"+"\""}];
return false;
}
}
}
else {
validate34.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.chunk !== undefined){
let data1 = data.chunk;
const _errs4 = errors;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
validate34.errors = [{instancePath:instancePath+"/chunk",schemaPath:"#/properties/chunk/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs4){
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 65536 || isNaN(data1)){
validate34.errors = [{instancePath:instancePath+"/chunk",schemaPath:"#/properties/chunk/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65536},message:"must be <= 65536"}];
return false;
}
else {
if(data1 < 1 || isNaN(data1)){
validate34.errors = [{instancePath:instancePath+"/chunk",schemaPath:"#/properties/chunk/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.inputs !== undefined){
let data2 = data.inputs;
const _errs6 = errors;
if(errors === _errs6){
if(Array.isArray(data2)){
var valid1 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
const _errs8 = errors;
if(!(validate35(data2[i0], {instancePath:instancePath+"/inputs/" + i0,parentData:data2,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var valid1 = _errs8 === errors;
if(!valid1){
break;
}
}
}
else {
validate34.errors = [{instancePath:instancePath+"/inputs",schemaPath:"#/properties/inputs/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.outputs !== undefined){
let data4 = data.outputs;
const _errs9 = errors;
if(errors === _errs9){
if(Array.isArray(data4)){
var valid2 = true;
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
const _errs11 = errors;
if(!(validate35(data4[i1], {instancePath:instancePath+"/outputs/" + i1,parentData:data4,parentDataProperty:i1,rootData}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var valid2 = _errs11 === errors;
if(!valid2){
break;
}
}
}
else {
validate34.errors = [{instancePath:instancePath+"/outputs",schemaPath:"#/properties/outputs/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.states !== undefined){
let data6 = data.states;
const _errs12 = errors;
if(errors === _errs12){
if(Array.isArray(data6)){
var valid3 = true;
const len2 = data6.length;
for(let i2=0; i2<len2; i2++){
let data7 = data6[i2];
const _errs14 = errors;
if(errors === _errs14){
if(typeof data7 === "string"){
if(data7.length > 500){
validate34.errors = [{instancePath:instancePath+"/states/" + i2,schemaPath:"#/properties/states/items/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"}];
return false;
}
else {
if(!pattern0.test(data7)){
validate34.errors = [{instancePath:instancePath+"/states/" + i2,schemaPath:"#/properties/states/items/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_.]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_.]*$"+"\""}];
return false;
}
}
}
else {
validate34.errors = [{instancePath:instancePath+"/states/" + i2,schemaPath:"#/properties/states/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid3 = _errs14 === errors;
if(!valid3){
break;
}
}
}
else {
validate34.errors = [{instancePath:instancePath+"/states",schemaPath:"#/properties/states/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
else {
validate34.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate34.errors = vErrors;
return errors === 0;
}

const schema15 = {"type":"object","properties":{"kernels":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"source":{"type":"string","minLength":1,"maxLength":1000000},"access":{"type":"array","items":{"enum":["read","read_write"]},"maxItems":64}},"required":["name","source","access"],"additionalProperties":false}},"weights":{"type":"array","items":{"type":"object","properties":{"parameter":{"type":"integer","minimum":0,"maximum":1000000},"transposed":{"type":"boolean"}},"required":["parameter","transposed"],"additionalProperties":false}},"entries":{"type":"object","propertyNames":{"type":"string","pattern":"^[a-z][a-z0-9_]*$","maxLength":100},"additionalProperties":{"$ref":"#/definitions/wgslEntry"}},"limits":{"type":"object","properties":{"maxStorageBuffersPerShaderStage":{"type":"integer","minimum":0,"maximum":1000},"maxComputeInvocationsPerWorkgroup":{"type":"integer","minimum":1,"maximum":65536},"maxComputeWorkgroupStorageSize":{"type":"integer","minimum":0,"maximum":16777216}},"required":["maxStorageBuffersPerShaderStage","maxComputeInvocationsPerWorkgroup","maxComputeWorkgroupStorageSize"],"additionalProperties":false}},"required":["kernels","weights","entries","limits"],"additionalProperties":false};
const schema16 = {"type":"object","properties":{"arenas":{"type":"integer","minimum":0,"maximum":64},"slots":{"type":"array","items":{"type":"object","properties":{"arena":{"type":"integer","minimum":0,"maximum":1000000},"bytes":{"$ref":"#/definitions/size"}},"required":["arena","bytes"],"additionalProperties":false}},"buffers":{"type":"array","items":{"type":"object","properties":{"slot":{"type":"integer","minimum":0,"maximum":1000000},"bytes":{"$ref":"#/definitions/size"},"first":{"type":"integer","minimum":0,"maximum":1000000},"last":{"type":"integer","minimum":0,"maximum":1000000}},"required":["slot","bytes","first","last"],"additionalProperties":false}},"dispatches":{"type":"array","items":{"type":"object","properties":{"kernel":{"type":"integer","minimum":0,"maximum":1000000},"grid":{"type":"array","items":{"$ref":"#/definitions/grid"},"minItems":3,"maxItems":3},"bindings":{"type":"array","items":{"$ref":"#/definitions/binding"},"maxItems":64},"label":{"type":"string","maxLength":1000}},"required":["kernel","grid","bindings","label"],"additionalProperties":false}}},"required":["arenas","slots","buffers","dispatches"],"additionalProperties":false};
const schema17 = {"type":"array","items":{"type":"object","properties":{"times":{"type":"integer","minimum":1,"maximum":281474976710656},"of":{"type":"array","items":{"enum":["B","T","N","S","C"]},"maxItems":8}},"required":["times","of"],"additionalProperties":false},"minItems":1,"maxItems":32};

function validate41(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(Array.isArray(data)){
if(data.length > 32){
validate41.errors = [{instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items"}];
return false;
}
else {
if(data.length < 1){
validate41.errors = [{instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid0 = true;
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
let data0 = data[i0];
const _errs1 = errors;
if(errors === _errs1){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if(((data0.times === undefined) && (missing0 = "times")) || ((data0.of === undefined) && (missing0 = "of"))){
validate41.errors = [{instancePath:instancePath+"/" + i0,schemaPath:"#/items/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs3 = errors;
for(const key0 in data0){
if(!((key0 === "times") || (key0 === "of"))){
validate41.errors = [{instancePath:instancePath+"/" + i0,schemaPath:"#/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs3 === errors){
if(data0.times !== undefined){
let data1 = data0.times;
const _errs4 = errors;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
validate41.errors = [{instancePath:instancePath+"/" + i0+"/times",schemaPath:"#/items/properties/times/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs4){
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 281474976710656 || isNaN(data1)){
validate41.errors = [{instancePath:instancePath+"/" + i0+"/times",schemaPath:"#/items/properties/times/maximum",keyword:"maximum",params:{comparison: "<=", limit: 281474976710656},message:"must be <= 281474976710656"}];
return false;
}
else {
if(data1 < 1 || isNaN(data1)){
validate41.errors = [{instancePath:instancePath+"/" + i0+"/times",schemaPath:"#/items/properties/times/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid1 = _errs4 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data0.of !== undefined){
let data2 = data0.of;
const _errs6 = errors;
if(errors === _errs6){
if(Array.isArray(data2)){
if(data2.length > 8){
validate41.errors = [{instancePath:instancePath+"/" + i0+"/of",schemaPath:"#/items/properties/of/maxItems",keyword:"maxItems",params:{limit: 8},message:"must NOT have more than 8 items"}];
return false;
}
else {
var valid2 = true;
const len1 = data2.length;
for(let i1=0; i1<len1; i1++){
let data3 = data2[i1];
const _errs8 = errors;
if(!(((((data3 === "B") || (data3 === "T")) || (data3 === "N")) || (data3 === "S")) || (data3 === "C"))){
validate41.errors = [{instancePath:instancePath+"/" + i0+"/of/" + i1,schemaPath:"#/items/properties/of/items/enum",keyword:"enum",params:{allowedValues: schema17.items.properties.of.items.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid2 = _errs8 === errors;
if(!valid2){
break;
}
}
}
}
else {
validate41.errors = [{instancePath:instancePath+"/" + i0+"/of",schemaPath:"#/items/properties/of/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid1 = _errs6 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
else {
validate41.errors = [{instancePath:instancePath+"/" + i0,schemaPath:"#/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs1 === errors;
if(!valid0){
break;
}
}
}
}
}
else {
validate41.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
validate41.errors = vErrors;
return errors === 0;
}

const schema18 = {"type":"object","properties":{"size":{"$ref":"#/definitions/size"},"per":{"type":"integer","minimum":1,"maximum":2147483647}},"required":["size","per"],"additionalProperties":false};

function validate44(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.size === undefined) && (missing0 = "size")) || ((data.per === undefined) && (missing0 = "per"))){
validate44.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((key0 === "size") || (key0 === "per"))){
validate44.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.size !== undefined){
const _errs2 = errors;
if(!(validate41(data.size, {instancePath:instancePath+"/size",parentData:data,parentDataProperty:"size",rootData}))){
vErrors = vErrors === null ? validate41.errors : vErrors.concat(validate41.errors);
errors = vErrors.length;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.per !== undefined){
let data1 = data.per;
const _errs3 = errors;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
validate44.errors = [{instancePath:instancePath+"/per",schemaPath:"#/properties/per/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs3){
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 2147483647 || isNaN(data1)){
validate44.errors = [{instancePath:instancePath+"/per",schemaPath:"#/properties/per/maximum",keyword:"maximum",params:{comparison: "<=", limit: 2147483647},message:"must be <= 2147483647"}];
return false;
}
else {
if(data1 < 1 || isNaN(data1)){
validate44.errors = [{instancePath:instancePath+"/per",schemaPath:"#/properties/per/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
else {
validate44.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate44.errors = vErrors;
return errors === 0;
}

const schema19 = {"type":"object","required":["kind"],"discriminator":{"propertyName":"kind"},"oneOf":[{"type":"object","properties":{"kind":{"const":"input"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"output"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"weight"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"constant"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"state"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"buffer"},"index":{"type":"integer","minimum":0,"maximum":1000000}},"required":["kind","index"],"additionalProperties":false}]};

function validate47(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.kind === undefined) && (missing0 = "kind")){
validate47.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const tag0 = data.kind;
if(typeof tag0 == "string"){
if(tag0 === "input"){
const _errs2 = errors;
if(errors === _errs2){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if(((data.kind === undefined) && (missing1 = "kind")) || ((data.index === undefined) && (missing1 = "index"))){
validate47.errors = [{instancePath,schemaPath:"#/oneOf/0/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs4 = errors;
for(const key0 in data){
if(!((key0 === "kind") || (key0 === "index"))){
validate47.errors = [{instancePath,schemaPath:"#/oneOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs4 === errors){
if(data.kind !== undefined){
const _errs5 = errors;
if("input" !== data.kind){
validate47.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/oneOf/0/properties/kind/const",keyword:"const",params:{allowedValue: "input"},message:"must be equal to constant"}];
return false;
}
var valid2 = _errs5 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data.index !== undefined){
let data1 = data.index;
const _errs6 = errors;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
validate47.errors = [{instancePath:instancePath+"/index",schemaPath:"#/oneOf/0/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs6){
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 1000000 || isNaN(data1)){
validate47.errors = [{instancePath:instancePath+"/index",schemaPath:"#/oneOf/0/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data1 < 0 || isNaN(data1)){
validate47.errors = [{instancePath:instancePath+"/index",schemaPath:"#/oneOf/0/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
else {
validate47.errors = [{instancePath,schemaPath:"#/oneOf/0/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "output"){
const _errs8 = errors;
if(errors === _errs8){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing2;
if(((data.kind === undefined) && (missing2 = "kind")) || ((data.index === undefined) && (missing2 = "index"))){
validate47.errors = [{instancePath,schemaPath:"#/oneOf/1/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs10 = errors;
for(const key1 in data){
if(!((key1 === "kind") || (key1 === "index"))){
validate47.errors = [{instancePath,schemaPath:"#/oneOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs10 === errors){
if(data.kind !== undefined){
const _errs11 = errors;
if("output" !== data.kind){
validate47.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/oneOf/1/properties/kind/const",keyword:"const",params:{allowedValue: "output"},message:"must be equal to constant"}];
return false;
}
var valid4 = _errs11 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.index !== undefined){
let data3 = data.index;
const _errs12 = errors;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
validate47.errors = [{instancePath:instancePath+"/index",schemaPath:"#/oneOf/1/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs12){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 1000000 || isNaN(data3)){
validate47.errors = [{instancePath:instancePath+"/index",schemaPath:"#/oneOf/1/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data3 < 0 || isNaN(data3)){
validate47.errors = [{instancePath:instancePath+"/index",schemaPath:"#/oneOf/1/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid4 = _errs12 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
else {
validate47.errors = [{instancePath,schemaPath:"#/oneOf/1/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "weight"){
const _errs14 = errors;
if(errors === _errs14){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing3;
if(((data.kind === undefined) && (missing3 = "kind")) || ((data.index === undefined) && (missing3 = "index"))){
validate47.errors = [{instancePath,schemaPath:"#/oneOf/2/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs16 = errors;
for(const key2 in data){
if(!((key2 === "kind") || (key2 === "index"))){
validate47.errors = [{instancePath,schemaPath:"#/oneOf/2/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs16 === errors){
if(data.kind !== undefined){
const _errs17 = errors;
if("weight" !== data.kind){
validate47.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/oneOf/2/properties/kind/const",keyword:"const",params:{allowedValue: "weight"},message:"must be equal to constant"}];
return false;
}
var valid6 = _errs17 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data.index !== undefined){
let data5 = data.index;
const _errs18 = errors;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
validate47.errors = [{instancePath:instancePath+"/index",schemaPath:"#/oneOf/2/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs18){
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 1000000 || isNaN(data5)){
validate47.errors = [{instancePath:instancePath+"/index",schemaPath:"#/oneOf/2/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data5 < 0 || isNaN(data5)){
validate47.errors = [{instancePath:instancePath+"/index",schemaPath:"#/oneOf/2/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid6 = _errs18 === errors;
}
else {
var valid6 = true;
}
}
}
}
}
else {
validate47.errors = [{instancePath,schemaPath:"#/oneOf/2/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "constant"){
const _errs20 = errors;
if(errors === _errs20){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing4;
if(((data.kind === undefined) && (missing4 = "kind")) || ((data.index === undefined) && (missing4 = "index"))){
validate47.errors = [{instancePath,schemaPath:"#/oneOf/3/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'"}];
return false;
}
else {
const _errs22 = errors;
for(const key3 in data){
if(!((key3 === "kind") || (key3 === "index"))){
validate47.errors = [{instancePath,schemaPath:"#/oneOf/3/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs22 === errors){
if(data.kind !== undefined){
const _errs23 = errors;
if("constant" !== data.kind){
validate47.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/oneOf/3/properties/kind/const",keyword:"const",params:{allowedValue: "constant"},message:"must be equal to constant"}];
return false;
}
var valid8 = _errs23 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data.index !== undefined){
let data7 = data.index;
const _errs24 = errors;
if(!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))){
validate47.errors = [{instancePath:instancePath+"/index",schemaPath:"#/oneOf/3/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs24){
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 > 1000000 || isNaN(data7)){
validate47.errors = [{instancePath:instancePath+"/index",schemaPath:"#/oneOf/3/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data7 < 0 || isNaN(data7)){
validate47.errors = [{instancePath:instancePath+"/index",schemaPath:"#/oneOf/3/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid8 = _errs24 === errors;
}
else {
var valid8 = true;
}
}
}
}
}
else {
validate47.errors = [{instancePath,schemaPath:"#/oneOf/3/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "state"){
const _errs26 = errors;
if(errors === _errs26){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing5;
if(((data.kind === undefined) && (missing5 = "kind")) || ((data.index === undefined) && (missing5 = "index"))){
validate47.errors = [{instancePath,schemaPath:"#/oneOf/4/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'"}];
return false;
}
else {
const _errs28 = errors;
for(const key4 in data){
if(!((key4 === "kind") || (key4 === "index"))){
validate47.errors = [{instancePath,schemaPath:"#/oneOf/4/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs28 === errors){
if(data.kind !== undefined){
const _errs29 = errors;
if("state" !== data.kind){
validate47.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/oneOf/4/properties/kind/const",keyword:"const",params:{allowedValue: "state"},message:"must be equal to constant"}];
return false;
}
var valid10 = _errs29 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data.index !== undefined){
let data9 = data.index;
const _errs30 = errors;
if(!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))){
validate47.errors = [{instancePath:instancePath+"/index",schemaPath:"#/oneOf/4/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs30){
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 > 1000000 || isNaN(data9)){
validate47.errors = [{instancePath:instancePath+"/index",schemaPath:"#/oneOf/4/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data9 < 0 || isNaN(data9)){
validate47.errors = [{instancePath:instancePath+"/index",schemaPath:"#/oneOf/4/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid10 = _errs30 === errors;
}
else {
var valid10 = true;
}
}
}
}
}
else {
validate47.errors = [{instancePath,schemaPath:"#/oneOf/4/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else if(tag0 === "buffer"){
const _errs32 = errors;
if(errors === _errs32){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing6;
if(((data.kind === undefined) && (missing6 = "kind")) || ((data.index === undefined) && (missing6 = "index"))){
validate47.errors = [{instancePath,schemaPath:"#/oneOf/5/required",keyword:"required",params:{missingProperty: missing6},message:"must have required property '"+missing6+"'"}];
return false;
}
else {
const _errs34 = errors;
for(const key5 in data){
if(!((key5 === "kind") || (key5 === "index"))){
validate47.errors = [{instancePath,schemaPath:"#/oneOf/5/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs34 === errors){
if(data.kind !== undefined){
const _errs35 = errors;
if("buffer" !== data.kind){
validate47.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/oneOf/5/properties/kind/const",keyword:"const",params:{allowedValue: "buffer"},message:"must be equal to constant"}];
return false;
}
var valid12 = _errs35 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data.index !== undefined){
let data11 = data.index;
const _errs36 = errors;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
validate47.errors = [{instancePath:instancePath+"/index",schemaPath:"#/oneOf/5/properties/index/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs36){
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 1000000 || isNaN(data11)){
validate47.errors = [{instancePath:instancePath+"/index",schemaPath:"#/oneOf/5/properties/index/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data11 < 0 || isNaN(data11)){
validate47.errors = [{instancePath:instancePath+"/index",schemaPath:"#/oneOf/5/properties/index/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid12 = _errs36 === errors;
}
else {
var valid12 = true;
}
}
}
}
}
else {
validate47.errors = [{instancePath,schemaPath:"#/oneOf/5/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
else {
validate47.errors = [{instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "mapping", tag: "kind", tagValue: tag0},message:"value of tag \"kind\" must be in oneOf"}];
return false;
}
}
else {
validate47.errors = [{instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "tag", tag: "kind", tagValue: tag0},message:"tag \"kind\" must be string"}];
return false;
}
}
}
else {
validate47.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate47.errors = vErrors;
return errors === 0;
}


function validate40(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.arenas === undefined) && (missing0 = "arenas")) || ((data.slots === undefined) && (missing0 = "slots"))) || ((data.buffers === undefined) && (missing0 = "buffers"))) || ((data.dispatches === undefined) && (missing0 = "dispatches"))){
validate40.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "arenas") || (key0 === "slots")) || (key0 === "buffers")) || (key0 === "dispatches"))){
validate40.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.arenas !== undefined){
let data0 = data.arenas;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate40.errors = [{instancePath:instancePath+"/arenas",schemaPath:"#/properties/arenas/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 64 || isNaN(data0)){
validate40.errors = [{instancePath:instancePath+"/arenas",schemaPath:"#/properties/arenas/maximum",keyword:"maximum",params:{comparison: "<=", limit: 64},message:"must be <= 64"}];
return false;
}
else {
if(data0 < 0 || isNaN(data0)){
validate40.errors = [{instancePath:instancePath+"/arenas",schemaPath:"#/properties/arenas/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.slots !== undefined){
let data1 = data.slots;
const _errs4 = errors;
if(errors === _errs4){
if(Array.isArray(data1)){
var valid1 = true;
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
const _errs6 = errors;
if(errors === _errs6){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
let missing1;
if(((data2.arena === undefined) && (missing1 = "arena")) || ((data2.bytes === undefined) && (missing1 = "bytes"))){
validate40.errors = [{instancePath:instancePath+"/slots/" + i0,schemaPath:"#/properties/slots/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs8 = errors;
for(const key1 in data2){
if(!((key1 === "arena") || (key1 === "bytes"))){
validate40.errors = [{instancePath:instancePath+"/slots/" + i0,schemaPath:"#/properties/slots/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs8 === errors){
if(data2.arena !== undefined){
let data3 = data2.arena;
const _errs9 = errors;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
validate40.errors = [{instancePath:instancePath+"/slots/" + i0+"/arena",schemaPath:"#/properties/slots/items/properties/arena/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs9){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 1000000 || isNaN(data3)){
validate40.errors = [{instancePath:instancePath+"/slots/" + i0+"/arena",schemaPath:"#/properties/slots/items/properties/arena/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data3 < 0 || isNaN(data3)){
validate40.errors = [{instancePath:instancePath+"/slots/" + i0+"/arena",schemaPath:"#/properties/slots/items/properties/arena/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid2 = _errs9 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data2.bytes !== undefined){
const _errs11 = errors;
if(!(validate41(data2.bytes, {instancePath:instancePath+"/slots/" + i0+"/bytes",parentData:data2,parentDataProperty:"bytes",rootData}))){
vErrors = vErrors === null ? validate41.errors : vErrors.concat(validate41.errors);
errors = vErrors.length;
}
var valid2 = _errs11 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
else {
validate40.errors = [{instancePath:instancePath+"/slots/" + i0,schemaPath:"#/properties/slots/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid1 = _errs6 === errors;
if(!valid1){
break;
}
}
}
else {
validate40.errors = [{instancePath:instancePath+"/slots",schemaPath:"#/properties/slots/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.buffers !== undefined){
let data5 = data.buffers;
const _errs12 = errors;
if(errors === _errs12){
if(Array.isArray(data5)){
var valid3 = true;
const len1 = data5.length;
for(let i1=0; i1<len1; i1++){
let data6 = data5[i1];
const _errs14 = errors;
if(errors === _errs14){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing2;
if(((((data6.slot === undefined) && (missing2 = "slot")) || ((data6.bytes === undefined) && (missing2 = "bytes"))) || ((data6.first === undefined) && (missing2 = "first"))) || ((data6.last === undefined) && (missing2 = "last"))){
validate40.errors = [{instancePath:instancePath+"/buffers/" + i1,schemaPath:"#/properties/buffers/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs16 = errors;
for(const key2 in data6){
if(!((((key2 === "slot") || (key2 === "bytes")) || (key2 === "first")) || (key2 === "last"))){
validate40.errors = [{instancePath:instancePath+"/buffers/" + i1,schemaPath:"#/properties/buffers/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs16 === errors){
if(data6.slot !== undefined){
let data7 = data6.slot;
const _errs17 = errors;
if(!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))){
validate40.errors = [{instancePath:instancePath+"/buffers/" + i1+"/slot",schemaPath:"#/properties/buffers/items/properties/slot/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs17){
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 > 1000000 || isNaN(data7)){
validate40.errors = [{instancePath:instancePath+"/buffers/" + i1+"/slot",schemaPath:"#/properties/buffers/items/properties/slot/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data7 < 0 || isNaN(data7)){
validate40.errors = [{instancePath:instancePath+"/buffers/" + i1+"/slot",schemaPath:"#/properties/buffers/items/properties/slot/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid4 = _errs17 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data6.bytes !== undefined){
const _errs19 = errors;
if(!(validate41(data6.bytes, {instancePath:instancePath+"/buffers/" + i1+"/bytes",parentData:data6,parentDataProperty:"bytes",rootData}))){
vErrors = vErrors === null ? validate41.errors : vErrors.concat(validate41.errors);
errors = vErrors.length;
}
var valid4 = _errs19 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data6.first !== undefined){
let data9 = data6.first;
const _errs20 = errors;
if(!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))){
validate40.errors = [{instancePath:instancePath+"/buffers/" + i1+"/first",schemaPath:"#/properties/buffers/items/properties/first/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs20){
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 > 1000000 || isNaN(data9)){
validate40.errors = [{instancePath:instancePath+"/buffers/" + i1+"/first",schemaPath:"#/properties/buffers/items/properties/first/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data9 < 0 || isNaN(data9)){
validate40.errors = [{instancePath:instancePath+"/buffers/" + i1+"/first",schemaPath:"#/properties/buffers/items/properties/first/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid4 = _errs20 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data6.last !== undefined){
let data10 = data6.last;
const _errs22 = errors;
if(!(((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10))) && (isFinite(data10)))){
validate40.errors = [{instancePath:instancePath+"/buffers/" + i1+"/last",schemaPath:"#/properties/buffers/items/properties/last/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs22){
if((typeof data10 == "number") && (isFinite(data10))){
if(data10 > 1000000 || isNaN(data10)){
validate40.errors = [{instancePath:instancePath+"/buffers/" + i1+"/last",schemaPath:"#/properties/buffers/items/properties/last/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data10 < 0 || isNaN(data10)){
validate40.errors = [{instancePath:instancePath+"/buffers/" + i1+"/last",schemaPath:"#/properties/buffers/items/properties/last/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid4 = _errs22 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
}
}
else {
validate40.errors = [{instancePath:instancePath+"/buffers/" + i1,schemaPath:"#/properties/buffers/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid3 = _errs14 === errors;
if(!valid3){
break;
}
}
}
else {
validate40.errors = [{instancePath:instancePath+"/buffers",schemaPath:"#/properties/buffers/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.dispatches !== undefined){
let data11 = data.dispatches;
const _errs24 = errors;
if(errors === _errs24){
if(Array.isArray(data11)){
var valid5 = true;
const len2 = data11.length;
for(let i2=0; i2<len2; i2++){
let data12 = data11[i2];
const _errs26 = errors;
if(errors === _errs26){
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
let missing3;
if(((((data12.kernel === undefined) && (missing3 = "kernel")) || ((data12.grid === undefined) && (missing3 = "grid"))) || ((data12.bindings === undefined) && (missing3 = "bindings"))) || ((data12.label === undefined) && (missing3 = "label"))){
validate40.errors = [{instancePath:instancePath+"/dispatches/" + i2,schemaPath:"#/properties/dispatches/items/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs28 = errors;
for(const key3 in data12){
if(!((((key3 === "kernel") || (key3 === "grid")) || (key3 === "bindings")) || (key3 === "label"))){
validate40.errors = [{instancePath:instancePath+"/dispatches/" + i2,schemaPath:"#/properties/dispatches/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs28 === errors){
if(data12.kernel !== undefined){
let data13 = data12.kernel;
const _errs29 = errors;
if(!(((typeof data13 == "number") && (!(data13 % 1) && !isNaN(data13))) && (isFinite(data13)))){
validate40.errors = [{instancePath:instancePath+"/dispatches/" + i2+"/kernel",schemaPath:"#/properties/dispatches/items/properties/kernel/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs29){
if((typeof data13 == "number") && (isFinite(data13))){
if(data13 > 1000000 || isNaN(data13)){
validate40.errors = [{instancePath:instancePath+"/dispatches/" + i2+"/kernel",schemaPath:"#/properties/dispatches/items/properties/kernel/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data13 < 0 || isNaN(data13)){
validate40.errors = [{instancePath:instancePath+"/dispatches/" + i2+"/kernel",schemaPath:"#/properties/dispatches/items/properties/kernel/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid6 = _errs29 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data12.grid !== undefined){
let data14 = data12.grid;
const _errs31 = errors;
if(errors === _errs31){
if(Array.isArray(data14)){
if(data14.length > 3){
validate40.errors = [{instancePath:instancePath+"/dispatches/" + i2+"/grid",schemaPath:"#/properties/dispatches/items/properties/grid/maxItems",keyword:"maxItems",params:{limit: 3},message:"must NOT have more than 3 items"}];
return false;
}
else {
if(data14.length < 3){
validate40.errors = [{instancePath:instancePath+"/dispatches/" + i2+"/grid",schemaPath:"#/properties/dispatches/items/properties/grid/minItems",keyword:"minItems",params:{limit: 3},message:"must NOT have fewer than 3 items"}];
return false;
}
else {
var valid7 = true;
const len3 = data14.length;
for(let i3=0; i3<len3; i3++){
const _errs33 = errors;
if(!(validate44(data14[i3], {instancePath:instancePath+"/dispatches/" + i2+"/grid/" + i3,parentData:data14,parentDataProperty:i3,rootData}))){
vErrors = vErrors === null ? validate44.errors : vErrors.concat(validate44.errors);
errors = vErrors.length;
}
var valid7 = _errs33 === errors;
if(!valid7){
break;
}
}
}
}
}
else {
validate40.errors = [{instancePath:instancePath+"/dispatches/" + i2+"/grid",schemaPath:"#/properties/dispatches/items/properties/grid/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid6 = _errs31 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data12.bindings !== undefined){
let data16 = data12.bindings;
const _errs34 = errors;
if(errors === _errs34){
if(Array.isArray(data16)){
if(data16.length > 64){
validate40.errors = [{instancePath:instancePath+"/dispatches/" + i2+"/bindings",schemaPath:"#/properties/dispatches/items/properties/bindings/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"}];
return false;
}
else {
var valid8 = true;
const len4 = data16.length;
for(let i4=0; i4<len4; i4++){
const _errs36 = errors;
if(!(validate47(data16[i4], {instancePath:instancePath+"/dispatches/" + i2+"/bindings/" + i4,parentData:data16,parentDataProperty:i4,rootData}))){
vErrors = vErrors === null ? validate47.errors : vErrors.concat(validate47.errors);
errors = vErrors.length;
}
var valid8 = _errs36 === errors;
if(!valid8){
break;
}
}
}
}
else {
validate40.errors = [{instancePath:instancePath+"/dispatches/" + i2+"/bindings",schemaPath:"#/properties/dispatches/items/properties/bindings/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid6 = _errs34 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data12.label !== undefined){
let data18 = data12.label;
const _errs37 = errors;
if(errors === _errs37){
if(typeof data18 === "string"){
if(data18.length > 1000){
validate40.errors = [{instancePath:instancePath+"/dispatches/" + i2+"/label",schemaPath:"#/properties/dispatches/items/properties/label/maxLength",keyword:"maxLength",params:{limit: 1000},message:"must NOT have more than 1000 characters"}];
return false;
}
}
else {
validate40.errors = [{instancePath:instancePath+"/dispatches/" + i2+"/label",schemaPath:"#/properties/dispatches/items/properties/label/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid6 = _errs37 === errors;
}
else {
var valid6 = true;
}
}
}
}
}
}
}
else {
validate40.errors = [{instancePath:instancePath+"/dispatches/" + i2,schemaPath:"#/properties/dispatches/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid5 = _errs26 === errors;
if(!valid5){
break;
}
}
}
else {
validate40.errors = [{instancePath:instancePath+"/dispatches",schemaPath:"#/properties/dispatches/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs24 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
else {
validate40.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate40.errors = vErrors;
return errors === 0;
}


function validate39(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.kernels === undefined) && (missing0 = "kernels")) || ((data.weights === undefined) && (missing0 = "weights"))) || ((data.entries === undefined) && (missing0 = "entries"))) || ((data.limits === undefined) && (missing0 = "limits"))){
validate39.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "kernels") || (key0 === "weights")) || (key0 === "entries")) || (key0 === "limits"))){
validate39.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.kernels !== undefined){
let data0 = data.kernels;
const _errs2 = errors;
if(errors === _errs2){
if(Array.isArray(data0)){
var valid1 = true;
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
const _errs4 = errors;
if(errors === _errs4){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
let missing1;
if((((data1.name === undefined) && (missing1 = "name")) || ((data1.source === undefined) && (missing1 = "source"))) || ((data1.access === undefined) && (missing1 = "access"))){
validate39.errors = [{instancePath:instancePath+"/kernels/" + i0,schemaPath:"#/properties/kernels/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs6 = errors;
for(const key1 in data1){
if(!(((key1 === "name") || (key1 === "source")) || (key1 === "access"))){
validate39.errors = [{instancePath:instancePath+"/kernels/" + i0,schemaPath:"#/properties/kernels/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs6 === errors){
if(data1.name !== undefined){
let data2 = data1.name;
const _errs7 = errors;
if(errors === _errs7){
if(typeof data2 === "string"){
if(data2.length > 500){
validate39.errors = [{instancePath:instancePath+"/kernels/" + i0+"/name",schemaPath:"#/properties/kernels/items/properties/name/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"}];
return false;
}
else {
if(!pattern0.test(data2)){
validate39.errors = [{instancePath:instancePath+"/kernels/" + i0+"/name",schemaPath:"#/properties/kernels/items/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_.]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_.]*$"+"\""}];
return false;
}
}
}
else {
validate39.errors = [{instancePath:instancePath+"/kernels/" + i0+"/name",schemaPath:"#/properties/kernels/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid2 = _errs7 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data1.source !== undefined){
let data3 = data1.source;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data3 === "string"){
if(data3.length > 1000000){
validate39.errors = [{instancePath:instancePath+"/kernels/" + i0+"/source",schemaPath:"#/properties/kernels/items/properties/source/maxLength",keyword:"maxLength",params:{limit: 1000000},message:"must NOT have more than 1000000 characters"}];
return false;
}
else {
if(data3.length < 1){
validate39.errors = [{instancePath:instancePath+"/kernels/" + i0+"/source",schemaPath:"#/properties/kernels/items/properties/source/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"}];
return false;
}
}
}
else {
validate39.errors = [{instancePath:instancePath+"/kernels/" + i0+"/source",schemaPath:"#/properties/kernels/items/properties/source/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid2 = _errs9 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data1.access !== undefined){
let data4 = data1.access;
const _errs11 = errors;
if(errors === _errs11){
if(Array.isArray(data4)){
if(data4.length > 64){
validate39.errors = [{instancePath:instancePath+"/kernels/" + i0+"/access",schemaPath:"#/properties/kernels/items/properties/access/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"}];
return false;
}
else {
var valid3 = true;
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
let data5 = data4[i1];
const _errs13 = errors;
if(!((data5 === "read") || (data5 === "read_write"))){
validate39.errors = [{instancePath:instancePath+"/kernels/" + i0+"/access/" + i1,schemaPath:"#/properties/kernels/items/properties/access/items/enum",keyword:"enum",params:{allowedValues: schema15.properties.kernels.items.properties.access.items.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid3 = _errs13 === errors;
if(!valid3){
break;
}
}
}
}
else {
validate39.errors = [{instancePath:instancePath+"/kernels/" + i0+"/access",schemaPath:"#/properties/kernels/items/properties/access/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid2 = _errs11 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
}
else {
validate39.errors = [{instancePath:instancePath+"/kernels/" + i0,schemaPath:"#/properties/kernels/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid1 = _errs4 === errors;
if(!valid1){
break;
}
}
}
else {
validate39.errors = [{instancePath:instancePath+"/kernels",schemaPath:"#/properties/kernels/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.weights !== undefined){
let data6 = data.weights;
const _errs14 = errors;
if(errors === _errs14){
if(Array.isArray(data6)){
var valid4 = true;
const len2 = data6.length;
for(let i2=0; i2<len2; i2++){
let data7 = data6[i2];
const _errs16 = errors;
if(errors === _errs16){
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
let missing2;
if(((data7.parameter === undefined) && (missing2 = "parameter")) || ((data7.transposed === undefined) && (missing2 = "transposed"))){
validate39.errors = [{instancePath:instancePath+"/weights/" + i2,schemaPath:"#/properties/weights/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs18 = errors;
for(const key2 in data7){
if(!((key2 === "parameter") || (key2 === "transposed"))){
validate39.errors = [{instancePath:instancePath+"/weights/" + i2,schemaPath:"#/properties/weights/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs18 === errors){
if(data7.parameter !== undefined){
let data8 = data7.parameter;
const _errs19 = errors;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
validate39.errors = [{instancePath:instancePath+"/weights/" + i2+"/parameter",schemaPath:"#/properties/weights/items/properties/parameter/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs19){
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 1000000 || isNaN(data8)){
validate39.errors = [{instancePath:instancePath+"/weights/" + i2+"/parameter",schemaPath:"#/properties/weights/items/properties/parameter/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data8 < 0 || isNaN(data8)){
validate39.errors = [{instancePath:instancePath+"/weights/" + i2+"/parameter",schemaPath:"#/properties/weights/items/properties/parameter/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid5 = _errs19 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data7.transposed !== undefined){
const _errs21 = errors;
if(typeof data7.transposed !== "boolean"){
validate39.errors = [{instancePath:instancePath+"/weights/" + i2+"/transposed",schemaPath:"#/properties/weights/items/properties/transposed/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid5 = _errs21 === errors;
}
else {
var valid5 = true;
}
}
}
}
}
else {
validate39.errors = [{instancePath:instancePath+"/weights/" + i2,schemaPath:"#/properties/weights/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid4 = _errs16 === errors;
if(!valid4){
break;
}
}
}
else {
validate39.errors = [{instancePath:instancePath+"/weights",schemaPath:"#/properties/weights/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.entries !== undefined){
let data10 = data.entries;
const _errs23 = errors;
if(errors === _errs23){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
for(const key3 in data10){
const _errs25 = errors;
if(errors === _errs25){
if(typeof key3 === "string"){
if(key3.length > 100){
const err0 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/propertyNames/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",propertyName:key3};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
if(!pattern6.test(key3)){
const err1 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9_]*$"},message:"must match pattern \""+"^[a-z][a-z0-9_]*$"+"\"",propertyName:key3};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
}
else {
const err2 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/propertyNames/type",keyword:"type",params:{type: "string"},message:"must be string",propertyName:key3};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
var valid6 = _errs25 === errors;
if(!valid6){
const err3 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/propertyNames",keyword:"propertyNames",params:{propertyName: key3},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate39.errors = vErrors;
return false;
break;
}
}
if(valid6){
for(const key4 in data10){
const _errs28 = errors;
if(!(validate40(data10[key4], {instancePath:instancePath+"/entries/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data10,parentDataProperty:key4,rootData}))){
vErrors = vErrors === null ? validate40.errors : vErrors.concat(validate40.errors);
errors = vErrors.length;
}
var valid7 = _errs28 === errors;
if(!valid7){
break;
}
}
}
}
else {
validate39.errors = [{instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs23 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.limits !== undefined){
let data12 = data.limits;
const _errs29 = errors;
if(errors === _errs29){
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
let missing3;
if((((data12.maxStorageBuffersPerShaderStage === undefined) && (missing3 = "maxStorageBuffersPerShaderStage")) || ((data12.maxComputeInvocationsPerWorkgroup === undefined) && (missing3 = "maxComputeInvocationsPerWorkgroup"))) || ((data12.maxComputeWorkgroupStorageSize === undefined) && (missing3 = "maxComputeWorkgroupStorageSize"))){
validate39.errors = [{instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs31 = errors;
for(const key5 in data12){
if(!(((key5 === "maxStorageBuffersPerShaderStage") || (key5 === "maxComputeInvocationsPerWorkgroup")) || (key5 === "maxComputeWorkgroupStorageSize"))){
validate39.errors = [{instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs31 === errors){
if(data12.maxStorageBuffersPerShaderStage !== undefined){
let data13 = data12.maxStorageBuffersPerShaderStage;
const _errs32 = errors;
if(!(((typeof data13 == "number") && (!(data13 % 1) && !isNaN(data13))) && (isFinite(data13)))){
validate39.errors = [{instancePath:instancePath+"/limits/maxStorageBuffersPerShaderStage",schemaPath:"#/properties/limits/properties/maxStorageBuffersPerShaderStage/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs32){
if((typeof data13 == "number") && (isFinite(data13))){
if(data13 > 1000 || isNaN(data13)){
validate39.errors = [{instancePath:instancePath+"/limits/maxStorageBuffersPerShaderStage",schemaPath:"#/properties/limits/properties/maxStorageBuffersPerShaderStage/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000"}];
return false;
}
else {
if(data13 < 0 || isNaN(data13)){
validate39.errors = [{instancePath:instancePath+"/limits/maxStorageBuffersPerShaderStage",schemaPath:"#/properties/limits/properties/maxStorageBuffersPerShaderStage/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid8 = _errs32 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data12.maxComputeInvocationsPerWorkgroup !== undefined){
let data14 = data12.maxComputeInvocationsPerWorkgroup;
const _errs34 = errors;
if(!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14)))){
validate39.errors = [{instancePath:instancePath+"/limits/maxComputeInvocationsPerWorkgroup",schemaPath:"#/properties/limits/properties/maxComputeInvocationsPerWorkgroup/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs34){
if((typeof data14 == "number") && (isFinite(data14))){
if(data14 > 65536 || isNaN(data14)){
validate39.errors = [{instancePath:instancePath+"/limits/maxComputeInvocationsPerWorkgroup",schemaPath:"#/properties/limits/properties/maxComputeInvocationsPerWorkgroup/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65536},message:"must be <= 65536"}];
return false;
}
else {
if(data14 < 1 || isNaN(data14)){
validate39.errors = [{instancePath:instancePath+"/limits/maxComputeInvocationsPerWorkgroup",schemaPath:"#/properties/limits/properties/maxComputeInvocationsPerWorkgroup/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"}];
return false;
}
}
}
}
var valid8 = _errs34 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data12.maxComputeWorkgroupStorageSize !== undefined){
let data15 = data12.maxComputeWorkgroupStorageSize;
const _errs36 = errors;
if(!(((typeof data15 == "number") && (!(data15 % 1) && !isNaN(data15))) && (isFinite(data15)))){
validate39.errors = [{instancePath:instancePath+"/limits/maxComputeWorkgroupStorageSize",schemaPath:"#/properties/limits/properties/maxComputeWorkgroupStorageSize/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs36){
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 > 16777216 || isNaN(data15)){
validate39.errors = [{instancePath:instancePath+"/limits/maxComputeWorkgroupStorageSize",schemaPath:"#/properties/limits/properties/maxComputeWorkgroupStorageSize/maximum",keyword:"maximum",params:{comparison: "<=", limit: 16777216},message:"must be <= 16777216"}];
return false;
}
else {
if(data15 < 0 || isNaN(data15)){
validate39.errors = [{instancePath:instancePath+"/limits/maxComputeWorkgroupStorageSize",schemaPath:"#/properties/limits/properties/maxComputeWorkgroupStorageSize/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid8 = _errs36 === errors;
}
else {
var valid8 = true;
}
}
}
}
}
}
else {
validate39.errors = [{instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs29 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
else {
validate39.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate39.errors = vErrors;
return errors === 0;
}

const schema20 = {"type":"object","properties":{"entries":{"type":"object","propertyNames":{"type":"string","pattern":"^[a-z][a-z0-9_]*$","maxLength":100},"additionalProperties":{"$ref":"#/definitions/tfjsEntry"}}},"required":["entries"],"additionalProperties":false};
const schema21 = {"type":"object","properties":{"values":{"type":"integer","minimum":0,"maximum":1000000},"steps":{"type":"array","items":{"type":"object","properties":{"op":{"type":"string","pattern":"^[a-z][a-z0-9_]*$","maxLength":100},"in":{"type":"array","items":{"type":"integer","minimum":0,"maximum":1000000},"maxItems":64},"out":{"type":"integer","minimum":0,"maximum":1000000},"attrs":{"type":"object","additionalProperties":{"$ref":"#/definitions/attribute"}},"free":{"type":"array","items":{"type":"integer","minimum":0,"maximum":1000000}}},"required":["op","in","out"],"additionalProperties":false}},"outputs":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.]*$","maxLength":500},"value":{"type":"integer","minimum":0,"maximum":1000000}},"required":["name","value"],"additionalProperties":false}},"stateUpdates":{"type":"array","items":{"type":"object","properties":{"state":{"type":"integer","minimum":0,"maximum":1000000},"value":{"type":"integer","minimum":0,"maximum":1000000}},"required":["state","value"],"additionalProperties":false}}},"required":["values","steps","outputs","stateUpdates"],"additionalProperties":false};
const schema22 = {"type":["number","string","boolean","array"],"items":{"type":["number","string"]}};

function validate53(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if((((!((typeof data == "number") && (isFinite(data)))) && (typeof data !== "string")) && (typeof data !== "boolean")) && (!(Array.isArray(data)))){
validate53.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema22.type},message:"must be number,string,boolean,array"}];
return false;
}
if(errors === 0){
if(Array.isArray(data)){
var valid0 = true;
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
let data0 = data[i0];
const _errs1 = errors;
if((!((typeof data0 == "number") && (isFinite(data0)))) && (typeof data0 !== "string")){
validate53.errors = [{instancePath:instancePath+"/" + i0,schemaPath:"#/items/type",keyword:"type",params:{type: schema22.items.type},message:"must be number,string"}];
return false;
}
var valid0 = _errs1 === errors;
if(!valid0){
break;
}
}
}
}
validate53.errors = vErrors;
return errors === 0;
}


function validate52(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.values === undefined) && (missing0 = "values")) || ((data.steps === undefined) && (missing0 = "steps"))) || ((data.outputs === undefined) && (missing0 = "outputs"))) || ((data.stateUpdates === undefined) && (missing0 = "stateUpdates"))){
validate52.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!((((key0 === "values") || (key0 === "steps")) || (key0 === "outputs")) || (key0 === "stateUpdates"))){
validate52.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.values !== undefined){
let data0 = data.values;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate52.errors = [{instancePath:instancePath+"/values",schemaPath:"#/properties/values/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 1000000 || isNaN(data0)){
validate52.errors = [{instancePath:instancePath+"/values",schemaPath:"#/properties/values/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data0 < 0 || isNaN(data0)){
validate52.errors = [{instancePath:instancePath+"/values",schemaPath:"#/properties/values/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.steps !== undefined){
let data1 = data.steps;
const _errs4 = errors;
if(errors === _errs4){
if(Array.isArray(data1)){
var valid1 = true;
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
const _errs6 = errors;
if(errors === _errs6){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
let missing1;
if((((data2.op === undefined) && (missing1 = "op")) || ((data2.in === undefined) && (missing1 = "in"))) || ((data2.out === undefined) && (missing1 = "out"))){
validate52.errors = [{instancePath:instancePath+"/steps/" + i0,schemaPath:"#/properties/steps/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs8 = errors;
for(const key1 in data2){
if(!(((((key1 === "op") || (key1 === "in")) || (key1 === "out")) || (key1 === "attrs")) || (key1 === "free"))){
validate52.errors = [{instancePath:instancePath+"/steps/" + i0,schemaPath:"#/properties/steps/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs8 === errors){
if(data2.op !== undefined){
let data3 = data2.op;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data3 === "string"){
if(data3.length > 100){
validate52.errors = [{instancePath:instancePath+"/steps/" + i0+"/op",schemaPath:"#/properties/steps/items/properties/op/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters"}];
return false;
}
else {
if(!pattern6.test(data3)){
validate52.errors = [{instancePath:instancePath+"/steps/" + i0+"/op",schemaPath:"#/properties/steps/items/properties/op/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9_]*$"},message:"must match pattern \""+"^[a-z][a-z0-9_]*$"+"\""}];
return false;
}
}
}
else {
validate52.errors = [{instancePath:instancePath+"/steps/" + i0+"/op",schemaPath:"#/properties/steps/items/properties/op/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid2 = _errs9 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data2.in !== undefined){
let data4 = data2.in;
const _errs11 = errors;
if(errors === _errs11){
if(Array.isArray(data4)){
if(data4.length > 64){
validate52.errors = [{instancePath:instancePath+"/steps/" + i0+"/in",schemaPath:"#/properties/steps/items/properties/in/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"}];
return false;
}
else {
var valid3 = true;
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
let data5 = data4[i1];
const _errs13 = errors;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
validate52.errors = [{instancePath:instancePath+"/steps/" + i0+"/in/" + i1,schemaPath:"#/properties/steps/items/properties/in/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs13){
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 1000000 || isNaN(data5)){
validate52.errors = [{instancePath:instancePath+"/steps/" + i0+"/in/" + i1,schemaPath:"#/properties/steps/items/properties/in/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data5 < 0 || isNaN(data5)){
validate52.errors = [{instancePath:instancePath+"/steps/" + i0+"/in/" + i1,schemaPath:"#/properties/steps/items/properties/in/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid3 = _errs13 === errors;
if(!valid3){
break;
}
}
}
}
else {
validate52.errors = [{instancePath:instancePath+"/steps/" + i0+"/in",schemaPath:"#/properties/steps/items/properties/in/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid2 = _errs11 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data2.out !== undefined){
let data6 = data2.out;
const _errs15 = errors;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
validate52.errors = [{instancePath:instancePath+"/steps/" + i0+"/out",schemaPath:"#/properties/steps/items/properties/out/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs15){
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 1000000 || isNaN(data6)){
validate52.errors = [{instancePath:instancePath+"/steps/" + i0+"/out",schemaPath:"#/properties/steps/items/properties/out/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data6 < 0 || isNaN(data6)){
validate52.errors = [{instancePath:instancePath+"/steps/" + i0+"/out",schemaPath:"#/properties/steps/items/properties/out/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid2 = _errs15 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data2.attrs !== undefined){
let data7 = data2.attrs;
const _errs17 = errors;
if(errors === _errs17){
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
for(const key2 in data7){
const _errs20 = errors;
if(!(validate53(data7[key2], {instancePath:instancePath+"/steps/" + i0+"/attrs/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data7,parentDataProperty:key2,rootData}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
var valid4 = _errs20 === errors;
if(!valid4){
break;
}
}
}
else {
validate52.errors = [{instancePath:instancePath+"/steps/" + i0+"/attrs",schemaPath:"#/properties/steps/items/properties/attrs/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid2 = _errs17 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data2.free !== undefined){
let data9 = data2.free;
const _errs21 = errors;
if(errors === _errs21){
if(Array.isArray(data9)){
var valid5 = true;
const len2 = data9.length;
for(let i2=0; i2<len2; i2++){
let data10 = data9[i2];
const _errs23 = errors;
if(!(((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10))) && (isFinite(data10)))){
validate52.errors = [{instancePath:instancePath+"/steps/" + i0+"/free/" + i2,schemaPath:"#/properties/steps/items/properties/free/items/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs23){
if((typeof data10 == "number") && (isFinite(data10))){
if(data10 > 1000000 || isNaN(data10)){
validate52.errors = [{instancePath:instancePath+"/steps/" + i0+"/free/" + i2,schemaPath:"#/properties/steps/items/properties/free/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data10 < 0 || isNaN(data10)){
validate52.errors = [{instancePath:instancePath+"/steps/" + i0+"/free/" + i2,schemaPath:"#/properties/steps/items/properties/free/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid5 = _errs23 === errors;
if(!valid5){
break;
}
}
}
else {
validate52.errors = [{instancePath:instancePath+"/steps/" + i0+"/free",schemaPath:"#/properties/steps/items/properties/free/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid2 = _errs21 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
}
}
}
else {
validate52.errors = [{instancePath:instancePath+"/steps/" + i0,schemaPath:"#/properties/steps/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid1 = _errs6 === errors;
if(!valid1){
break;
}
}
}
else {
validate52.errors = [{instancePath:instancePath+"/steps",schemaPath:"#/properties/steps/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.outputs !== undefined){
let data11 = data.outputs;
const _errs25 = errors;
if(errors === _errs25){
if(Array.isArray(data11)){
var valid6 = true;
const len3 = data11.length;
for(let i3=0; i3<len3; i3++){
let data12 = data11[i3];
const _errs27 = errors;
if(errors === _errs27){
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
let missing2;
if(((data12.name === undefined) && (missing2 = "name")) || ((data12.value === undefined) && (missing2 = "value"))){
validate52.errors = [{instancePath:instancePath+"/outputs/" + i3,schemaPath:"#/properties/outputs/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs29 = errors;
for(const key3 in data12){
if(!((key3 === "name") || (key3 === "value"))){
validate52.errors = [{instancePath:instancePath+"/outputs/" + i3,schemaPath:"#/properties/outputs/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs29 === errors){
if(data12.name !== undefined){
let data13 = data12.name;
const _errs30 = errors;
if(errors === _errs30){
if(typeof data13 === "string"){
if(data13.length > 500){
validate52.errors = [{instancePath:instancePath+"/outputs/" + i3+"/name",schemaPath:"#/properties/outputs/items/properties/name/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters"}];
return false;
}
else {
if(!pattern0.test(data13)){
validate52.errors = [{instancePath:instancePath+"/outputs/" + i3+"/name",schemaPath:"#/properties/outputs/items/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_.]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_.]*$"+"\""}];
return false;
}
}
}
else {
validate52.errors = [{instancePath:instancePath+"/outputs/" + i3+"/name",schemaPath:"#/properties/outputs/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid7 = _errs30 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data12.value !== undefined){
let data14 = data12.value;
const _errs32 = errors;
if(!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14)))){
validate52.errors = [{instancePath:instancePath+"/outputs/" + i3+"/value",schemaPath:"#/properties/outputs/items/properties/value/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs32){
if((typeof data14 == "number") && (isFinite(data14))){
if(data14 > 1000000 || isNaN(data14)){
validate52.errors = [{instancePath:instancePath+"/outputs/" + i3+"/value",schemaPath:"#/properties/outputs/items/properties/value/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data14 < 0 || isNaN(data14)){
validate52.errors = [{instancePath:instancePath+"/outputs/" + i3+"/value",schemaPath:"#/properties/outputs/items/properties/value/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid7 = _errs32 === errors;
}
else {
var valid7 = true;
}
}
}
}
}
else {
validate52.errors = [{instancePath:instancePath+"/outputs/" + i3,schemaPath:"#/properties/outputs/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid6 = _errs27 === errors;
if(!valid6){
break;
}
}
}
else {
validate52.errors = [{instancePath:instancePath+"/outputs",schemaPath:"#/properties/outputs/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs25 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stateUpdates !== undefined){
let data15 = data.stateUpdates;
const _errs34 = errors;
if(errors === _errs34){
if(Array.isArray(data15)){
var valid8 = true;
const len4 = data15.length;
for(let i4=0; i4<len4; i4++){
let data16 = data15[i4];
const _errs36 = errors;
if(errors === _errs36){
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
let missing3;
if(((data16.state === undefined) && (missing3 = "state")) || ((data16.value === undefined) && (missing3 = "value"))){
validate52.errors = [{instancePath:instancePath+"/stateUpdates/" + i4,schemaPath:"#/properties/stateUpdates/items/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs38 = errors;
for(const key4 in data16){
if(!((key4 === "state") || (key4 === "value"))){
validate52.errors = [{instancePath:instancePath+"/stateUpdates/" + i4,schemaPath:"#/properties/stateUpdates/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs38 === errors){
if(data16.state !== undefined){
let data17 = data16.state;
const _errs39 = errors;
if(!(((typeof data17 == "number") && (!(data17 % 1) && !isNaN(data17))) && (isFinite(data17)))){
validate52.errors = [{instancePath:instancePath+"/stateUpdates/" + i4+"/state",schemaPath:"#/properties/stateUpdates/items/properties/state/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs39){
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 > 1000000 || isNaN(data17)){
validate52.errors = [{instancePath:instancePath+"/stateUpdates/" + i4+"/state",schemaPath:"#/properties/stateUpdates/items/properties/state/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data17 < 0 || isNaN(data17)){
validate52.errors = [{instancePath:instancePath+"/stateUpdates/" + i4+"/state",schemaPath:"#/properties/stateUpdates/items/properties/state/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid9 = _errs39 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data16.value !== undefined){
let data18 = data16.value;
const _errs41 = errors;
if(!(((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18))) && (isFinite(data18)))){
validate52.errors = [{instancePath:instancePath+"/stateUpdates/" + i4+"/value",schemaPath:"#/properties/stateUpdates/items/properties/value/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs41){
if((typeof data18 == "number") && (isFinite(data18))){
if(data18 > 1000000 || isNaN(data18)){
validate52.errors = [{instancePath:instancePath+"/stateUpdates/" + i4+"/value",schemaPath:"#/properties/stateUpdates/items/properties/value/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000"}];
return false;
}
else {
if(data18 < 0 || isNaN(data18)){
validate52.errors = [{instancePath:instancePath+"/stateUpdates/" + i4+"/value",schemaPath:"#/properties/stateUpdates/items/properties/value/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
}
var valid9 = _errs41 === errors;
}
else {
var valid9 = true;
}
}
}
}
}
else {
validate52.errors = [{instancePath:instancePath+"/stateUpdates/" + i4,schemaPath:"#/properties/stateUpdates/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid8 = _errs36 === errors;
if(!valid8){
break;
}
}
}
else {
validate52.errors = [{instancePath:instancePath+"/stateUpdates",schemaPath:"#/properties/stateUpdates/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs34 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
else {
validate52.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate52.errors = vErrors;
return errors === 0;
}


function validate51(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.entries === undefined) && (missing0 = "entries")){
validate51.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(key0 === "entries")){
validate51.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.entries !== undefined){
let data0 = data.entries;
const _errs2 = errors;
if(errors === _errs2){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
for(const key1 in data0){
const _errs4 = errors;
if(errors === _errs4){
if(typeof key1 === "string"){
if(key1.length > 100){
const err0 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/propertyNames/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",propertyName:key1};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
if(!pattern6.test(key1)){
const err1 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9_]*$"},message:"must match pattern \""+"^[a-z][a-z0-9_]*$"+"\"",propertyName:key1};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
}
else {
const err2 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/propertyNames/type",keyword:"type",params:{type: "string"},message:"must be string",propertyName:key1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
var valid1 = _errs4 === errors;
if(!valid1){
const err3 = {instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/propertyNames",keyword:"propertyNames",params:{propertyName: key1},message:"property name must be valid"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate51.errors = vErrors;
return false;
break;
}
}
if(valid1){
for(const key2 in data0){
const _errs7 = errors;
if(!(validate52(data0[key2], {instancePath:instancePath+"/entries/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data0,parentDataProperty:key2,rootData}))){
vErrors = vErrors === null ? validate52.errors : vErrors.concat(validate52.errors);
errors = vErrors.length;
}
var valid2 = _errs7 === errors;
if(!valid2){
break;
}
}
}
}
else {
validate51.errors = [{instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
}
}
}
}
else {
validate51.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate51.errors = vErrors;
return errors === 0;
}


function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((((data.format === undefined) && (missing0 = "format")) || ((data.version === undefined) && (missing0 = "version"))) || ((data.compiler === undefined) && (missing0 = "compiler"))) || ((data.model === undefined) && (missing0 = "model"))) || ((data.parameters === undefined) && (missing0 = "parameters"))) || ((data.states === undefined) && (missing0 = "states"))) || ((data.constants === undefined) && (missing0 = "constants"))) || ((data.entries === undefined) && (missing0 = "entries"))) || ((data.targets === undefined) && (missing0 = "targets"))){
validate21.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func2.call(schema6.properties, key0))){
validate21.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.format !== undefined){
const _errs2 = errors;
if("msz-plan" !== data.format){
validate21.errors = [{instancePath:instancePath+"/format",schemaPath:"#/properties/format/const",keyword:"const",params:{allowedValue: "msz-plan"},message:"must be equal to constant"}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.version !== undefined){
const _errs3 = errors;
if(1 !== data.version){
validate21.errors = [{instancePath:instancePath+"/version",schemaPath:"#/properties/version/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant"}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.compiler !== undefined){
let data2 = data.compiler;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data2 === "string"){
if(data2.length > 1000){
validate21.errors = [{instancePath:instancePath+"/compiler",schemaPath:"#/properties/compiler/maxLength",keyword:"maxLength",params:{limit: 1000},message:"must NOT have more than 1000 characters"}];
return false;
}
}
else {
validate21.errors = [{instancePath:instancePath+"/compiler",schemaPath:"#/properties/compiler/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.model !== undefined){
const _errs6 = errors;
if(!(validate22(data.model, {instancePath:instancePath+"/model",parentData:data,parentDataProperty:"model",rootData}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.parameters !== undefined){
let data4 = data.parameters;
const _errs7 = errors;
if(errors === _errs7){
if(Array.isArray(data4)){
var valid1 = true;
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
const _errs9 = errors;
if(!(validate26(data4[i0], {instancePath:instancePath+"/parameters/" + i0,parentData:data4,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate26.errors : vErrors.concat(validate26.errors);
errors = vErrors.length;
}
var valid1 = _errs9 === errors;
if(!valid1){
break;
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/parameters",schemaPath:"#/properties/parameters/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.states !== undefined){
let data6 = data.states;
const _errs10 = errors;
if(errors === _errs10){
if(Array.isArray(data6)){
var valid2 = true;
const len1 = data6.length;
for(let i1=0; i1<len1; i1++){
const _errs12 = errors;
if(!(validate30(data6[i1], {instancePath:instancePath+"/states/" + i1,parentData:data6,parentDataProperty:i1,rootData}))){
vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
errors = vErrors.length;
}
var valid2 = _errs12 === errors;
if(!valid2){
break;
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/states",schemaPath:"#/properties/states/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.constants !== undefined){
let data8 = data.constants;
const _errs13 = errors;
if(errors === _errs13){
if(Array.isArray(data8)){
var valid3 = true;
const len2 = data8.length;
for(let i2=0; i2<len2; i2++){
const _errs15 = errors;
if(!(validate32(data8[i2], {instancePath:instancePath+"/constants/" + i2,parentData:data8,parentDataProperty:i2,rootData}))){
vErrors = vErrors === null ? validate32.errors : vErrors.concat(validate32.errors);
errors = vErrors.length;
}
var valid3 = _errs15 === errors;
if(!valid3){
break;
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/constants",schemaPath:"#/properties/constants/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.entries !== undefined){
let data10 = data.entries;
const _errs16 = errors;
if(errors === _errs16){
if(Array.isArray(data10)){
var valid4 = true;
const len3 = data10.length;
for(let i3=0; i3<len3; i3++){
const _errs18 = errors;
if(!(validate34(data10[i3], {instancePath:instancePath+"/entries/" + i3,parentData:data10,parentDataProperty:i3,rootData}))){
vErrors = vErrors === null ? validate34.errors : vErrors.concat(validate34.errors);
errors = vErrors.length;
}
var valid4 = _errs18 === errors;
if(!valid4){
break;
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/entries",schemaPath:"#/properties/entries/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.targets !== undefined){
let data12 = data.targets;
const _errs19 = errors;
if(errors === _errs19){
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
if(Object.keys(data12).length < 1){
validate21.errors = [{instancePath:instancePath+"/targets",schemaPath:"#/properties/targets/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties"}];
return false;
}
else {
const _errs21 = errors;
for(const key1 in data12){
if(!((key1 === "wgsl") || (key1 === "tfjs"))){
validate21.errors = [{instancePath:instancePath+"/targets",schemaPath:"#/properties/targets/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs21 === errors){
if(data12.wgsl !== undefined){
const _errs22 = errors;
if(!(validate39(data12.wgsl, {instancePath:instancePath+"/targets/wgsl",parentData:data12,parentDataProperty:"wgsl",rootData}))){
vErrors = vErrors === null ? validate39.errors : vErrors.concat(validate39.errors);
errors = vErrors.length;
}
var valid5 = _errs22 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data12.tfjs !== undefined){
const _errs23 = errors;
if(!(validate51(data12.tfjs, {instancePath:instancePath+"/targets/tfjs",parentData:data12,parentDataProperty:"tfjs",rootData}))){
vErrors = vErrors === null ? validate51.errors : vErrors.concat(validate51.errors);
errors = vErrors.length;
}
var valid5 = _errs23 === errors;
}
else {
var valid5 = true;
}
}
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/targets",schemaPath:"#/properties/targets/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs19 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate21.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate21.errors = vErrors;
return errors === 0;
}

export const matchesSchema: SchemaCheck = validate21;
